package dev.gpupool.benchmarks;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Measures steps against each other.
 *
 * <ol>
 *   <li>Every step is warmed up.
 *   <li>In each round every step runs once, one after another, so that a busy machine is busy for all.
 *   <li>The median of the rounds counts.
 * </ol>
 */
final class Measure {
    /** Something that is done many times. */
    interface Step {
        /** Does it so many times, and returns something that depends on all of it. */
        long times(int count);
    }

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    /** Where results go, so that no compiler finds them useless. */
    static volatile long sink;
    /** Where the objects go that are made, so that they are really made. */
    static @Nullable Object kept;

    private final int rounds;
    private final long roundNanos;

    Measure(boolean quick) {
        rounds = quick ? 7 : 25;
        roundNanos = quick ? 100_000_000L : 400_000_000L;
    }

    /** The median time of each step, in nanoseconds each. */
    double[] nanos(List<? extends Step> steps) {
        int[] counts = new int[steps.size()];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = warm(steps.get(i));
        }
        double[][] times = new double[counts.length][rounds];
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < counts.length; i++) {
                times[i][round] = (double) time(steps.get(i), counts[i]) / counts[i];
            }
        }
        return Arrays.stream(times).mapToDouble(Measure::median).toArray();
    }

    /** Runs a step until its speed is known, and returns how often it fits into a round. */
    private int warm(Step step) {
        int count = 1;
        long spent = 0;
        while (true) {
            long took = Math.max(1, time(step, count));
            spent += took;
            if (took >= roundNanos / 2 && spent >= 4 * roundNanos) {
                return (int) Math.max(1, Math.min(Integer.MAX_VALUE / 2, count * roundNanos / took));
            }
            count = took >= roundNanos / 2 ? count : count * 2;
        }
    }

    private static long time(Step step, int count) {
        long begun = System.nanoTime();
        sink = step.times(count);
        return System.nanoTime() - begun;
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    /** What a warmed-up step allocates on this thread, in bytes each. */
    static double bytes(Step step, int count) {
        sink = step.times(count);
        long before = THREADS.getCurrentThreadAllocatedBytes();
        sink = step.times(count);
        return (double) (THREADS.getCurrentThreadAllocatedBytes() - before) / count;
    }
}
