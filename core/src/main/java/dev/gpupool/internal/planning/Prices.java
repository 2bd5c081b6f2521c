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

    Prices(long[] gain, long @Nullable [] cost, long @Nullable [] start) {
        this.gain = gain;
        this.cost = cost;
        this.start = start;
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
            sum -= start == null || schedule.running(i) ? 0 : start[schedule.start(i)];
        }
        return sum;
    }
}
