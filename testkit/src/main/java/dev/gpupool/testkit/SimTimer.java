package dev.gpupool.testkit;

/** A worker's own monotonic timer since its machine was started; it may run too fast or too slowly. */
final class SimTimer {
    private static final long EXACT = 1_000_000L;

    private final VirtualClock clock;
    private long baseAge;
    private long baseAt;
    private long rate = EXACT;

    SimTimer(VirtualClock clock) {
        this.clock = clock;
    }

    void reset() {
        baseAge = 0;
        baseAt = clock.tickerMillis();
    }

    void skew(int ppm) {
        baseAge = age();
        baseAt = clock.tickerMillis();
        rate = EXACT + ppm;
    }

    /** How long the machine has run, as this timer believes. */
    long age() {
        return baseAge + own(clock.tickerMillis() - baseAt);
    }

    /** What this timer makes of a true length. */
    long own(long trueMillis) {
        return rate == EXACT ? trueMillis : trueMillis * rate / EXACT;
    }

    /** How long it truly takes until this timer has moved so far. */
    long trueMillis(long ownMillis) {
        return rate == EXACT ? ownMillis : (ownMillis * EXACT + rate - 1) / rate;
    }
}
