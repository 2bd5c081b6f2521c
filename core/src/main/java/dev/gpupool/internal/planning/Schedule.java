package dev.gpupool.internal.planning;

/**
 * The sessions of a lane, by start. In a cyclic plan starts lie in the cycle and an end may lie beyond it.
 */
final class Schedule {
    static final Schedule EMPTY = new Schedule(new int[0], new int[0], false);

    private final int[] starts;
    private final int[] ends;
    /** Whether the first session runs when the plan begins. */
    private final boolean running;

    Schedule(int[] starts, int[] ends, boolean running) {
        this.starts = starts;
        this.ends = ends;
        this.running = running;
    }

    int size() {
        return starts.length;
    }

    int start(int session) {
        return starts[session];
    }

    int end(int session) {
        return ends[session];
    }

    boolean running(int session) {
        return running && session == 0;
    }

    /** From where on a session counts. */
    int coversFrom(int session, int handOver) {
        return running(session) ? starts[session] : starts[session] + handOver;
    }

    /** How many sessions somebody has to start. */
    int begun() {
        return running ? starts.length - 1 : starts.length;
    }

    int steps() {
        int sum = 0;
        for (int i = 0; i < starts.length; i++) {
            sum += ends[i] - starts[i];
        }
        return sum;
    }

    /** The same with another end of a session. */
    Schedule withEnd(int session, int end) {
        int[] changed = ends.clone();
        changed[session] = end;
        return new Schedule(starts, changed, running);
    }

    boolean same(Schedule other) {
        return running == other.running
                && java.util.Arrays.equals(starts, other.starts)
                && java.util.Arrays.equals(ends, other.ends);
    }
}
