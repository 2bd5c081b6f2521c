package dev.gpupool.benchmarks;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Measures steps against each other.
 *
 * <ol>
 *   <li>Every step is warmed up.
 *   <li>In each round every step runs once, one after another, so that a busy machine is busy for all.
 *   <li>What counts is the processor time of this thread, on which a pool in virtual time does all its work: a machine
 *       that does other things as well makes nothing look slow.
 *   <li>The median of the rounds counts, or their mean where something happens in one of them.
 * </ol>
 */
final class Measure {
    /** Something that is done many times. */
    interface Step {
        /** Does it so many times, and returns something that depends on all of it. */
        long times(int count);

        /** Does it so many times, and returns how many nanoseconds that took. */
        default long nanos(int count) {
            long begun = cpuNanos();
            sink = times(count);
            return cpuNanos() - begun;
        }
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

    static long cpuNanos() {
        return THREADS.getCurrentThreadCpuTime();
    }

    /** The median time of each step, in nanoseconds each. */
    double[] nanos(List<? extends Step> steps) {
        return Arrays.stream(rounds(steps, any -> {}))
                .mapToDouble(Measure::median)
                .toArray();
    }

    /**
     * The mean time of each step, in nanoseconds each.
     *
     * @param half what happens to a step, by its number, at the beginning of the round in the middle; it counts
     */
    double[] means(List<? extends Step> steps, IntConsumer half) {
        return Arrays.stream(rounds(steps, half))
                .mapToDouble(times -> Arrays.stream(times).average().orElseThrow())
                .toArray();
    }

    private double[][] rounds(List<? extends Step> steps, IntConsumer half) {
        int[] counts = new int[steps.size()];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = warm(steps.get(i));
        }
        double[][] times = new double[counts.length][rounds];
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < counts.length; i++) {
                long begun = cpuNanos();
                if (round == rounds / 2) {
                    half.accept(i);
                }
                long extra = cpuNanos() - begun;
                times[i][round] = (double) (extra + steps.get(i).nanos(counts[i])) / counts[i];
            }
        }
        return times;
    }

    /** Runs a step until its speed is known, and returns how often it fits into a round. */
    private int warm(Step step) {
        int count = 1;
        long spent = 0;
        while (true) {
            long took = Math.max(1, step.nanos(count));
            spent += took;
            if (took >= roundNanos / 2 && spent >= 4 * roundNanos) {
                return (int) Math.max(1, Math.min(Integer.MAX_VALUE / 2, count * roundNanos / took));
            }
            count = took >= roundNanos / 2 ? count : count * 2;
        }
    }

    static double median(double[] values) {
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
