package dev.gpupool.internal.engine;

import dev.gpupool.spi.clock.PoolClock;

/** Time in milliseconds: ticks for every running duration, wall time for windows, display and what is stored. */
final class PoolTime {
    private final PoolClock clock;
    private final long origin;

    PoolTime(PoolClock clock) {
        this.clock = clock;
        this.origin = clock.ticker();
    }

    /** Milliseconds on the ticker since this pool was built. */
    long tick() {
        return (clock.ticker() - origin) / 1_000_000;
    }

    /** Milliseconds since 1970 on the wall clock. */
    long wall() {
        return clock.millis();
    }

    /** Where a wall instant lies on the ticker, as far as the wall clock can be believed now. */
    long toTick(long wallMillis) {
        return tick() + (wallMillis - wall());
    }

    PoolClock clock() {
        return clock;
    }
}
