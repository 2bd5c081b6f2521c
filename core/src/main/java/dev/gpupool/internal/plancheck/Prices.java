package dev.gpupool.internal.plancheck;

/**
 * What a worker earns by a step that it covers, and what a step costs that it occupies, as sums from the horizon's first
 * step on. The steps go round twice, so that a session may go over the end of a cycle.
 */
final class Prices {
    /** What all prices together may amount to: then no sum or difference of them overflows. */
    private static final long MOST = Long.MAX_VALUE / 16;

    private final int steps;
    private final int handOver;
    private final long[] worth;
    private final long[] cost;

    /**
     * @throws ArithmeticException if the prices are too large to add up
     */
    Prices(int handOver, long[] gains, long[] costs) {
        this.steps = gains.length;
        this.handOver = handOver;
        long total = 0;
        for (int step = 0; step < steps; step++) {
            total = Math.addExact(total, Math.addExact(Math.absExact(gains[step]), Math.absExact(costs[step])));
        }
        if (total > MOST) {
            throw new ArithmeticException("prices add up to " + total + ", more than " + MOST);
        }
        worth = sums(gains);
        cost = sums(costs);
    }

    private static long[] sums(long[] values) {
        long[] sums = new long[2 * values.length + 1];
        for (int i = 0; i < 2 * values.length; i++) {
            sums[i + 1] = Math.addExact(sums[i], values[i % values.length]);
        }
        return sums;
    }

    int steps() {
        return steps;
    }

    int handOver() {
        return handOver;
    }

    /** What a session earns that covers from {@code covers} on. */
    long earned(int start, int covers, int end) {
        return worth[end] - worth[covers] - (cost[end] - cost[start]);
    }

    /** The part of what a session earns that its start decides. */
    long opening(int start) {
        return cost[start] - worth[start + handOver];
    }

    /** The part of what a session earns that its end decides. */
    long closing(int end) {
        return worth[end] - cost[end];
    }
}
