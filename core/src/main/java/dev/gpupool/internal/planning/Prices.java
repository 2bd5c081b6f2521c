package dev.gpupool.internal.planning;

import org.jspecify.annotations.Nullable;

/** What sessions of a lane earn and cost, step by step of the horizon. */
final class Prices {
    /** What a step earns that a session covers. */
    final long[] gain;
    /** What a step costs that a session occupies, or {@code null} for nothing. */
    final long @Nullable [] cost;
    /** What a session costs that starts at a step, or {@code null} for nothing. */
    final long @Nullable [] start;
    /** What a session earns that runs already and is not ended at once. */
    final long running;

    Prices(long[] gain, long @Nullable [] cost, long @Nullable [] start, long running) {
        this.gain = gain;
        this.cost = cost;
        this.start = start;
        this.running = running;
    }

    /** What a lane's sessions earn. */
    long of(Schedule schedule, int handOver) {
        int n = gain.length;
        long sum = 0;
        for (int i = 0; i < schedule.size(); i++) {
            int counts = schedule.coversFrom(i, handOver);
            for (int t = schedule.start(i); t < schedule.end(i); t++) {
                sum += t >= counts ? gain[t % n] : 0;
                sum -= cost == null ? 0 : cost[t % n];
            }
            if (schedule.running(i)) {
                sum += running;
            } else {
                sum -= start == null ? 0 : start[schedule.start(i)];
            }
        }
        return sum;
    }
}
