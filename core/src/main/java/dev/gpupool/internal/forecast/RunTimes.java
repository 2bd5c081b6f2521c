package dev.gpupool.internal.forecast;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Learns how much of their limit jobs really run, by sort of job. The caller holds the pool's lock.
 *
 * <ol>
 *   <li>Of each sort (tenant, handler, whether it can resume) the share of the limit is counted in steps of equal ratio.
 *   <li>Each new count fades the older ones of its sort, so that about 500 of them make the picture.
 *   <li>A sort of which little is known borrows from all jobs, and these from a guess: any share is as likely as another.
 * </ol>
 *
 * <p>At most 256 sorts are kept; the one that was counted longest ago makes room.
 */
public final class RunTimes {
    private static final int MOST_SORTS = 256;
    private static final double FADE = 1 - 1.0 / 500;
    /** What is borrowed weighs as much as so many counts. */
    private static final double BORROWED = 4;

    private static final class Counts {
        private final double[] weights = new double[Shape.STEPS];
        private long touched;

        void add(double ratio, long sequence) {
            for (int i = 0; i < weights.length; i++) {
                weights[i] *= FADE;
            }
            weights[Shape.step(ratio)]++;
            touched = sequence;
        }
    }

    private final Counts all = new Counts();
    private final TreeMap<String, Counts> sorts = new TreeMap<>();
    private long sequence;

    /**
     * Counts a job that came to its end.
     *
     * @param sort its sort
     * @param limit its limit in milliseconds
     * @param ran how long it ran, all its useful attempts together
     */
    public void ended(String sort, long limit, long ran) {
        double ratio = (double) Math.max(0, ran) / Math.max(1, limit);
        sequence++;
        all.add(ratio, sequence);
        sorts.computeIfAbsent(sort, none -> new Counts()).add(ratio, sequence);
        if (sorts.size() > MOST_SORTS) {
            sorts.entrySet().stream()
                    .min(Map.Entry.comparingByValue((one, other) -> Long.compare(one.touched, other.touched)))
                    .ifPresent(oldest -> sorts.remove(oldest.getKey()));
        }
    }

    /**
     * What is known of a sort now.
     *
     * @param sort the sort, known or not
     * @return its histogram
     */
    public Shape shape(String sort) {
        double[] guess = new double[Shape.STEPS];
        for (int i = 0; i < guess.length; i++) {
            guess[i] = Shape.edge(i + 1) - Shape.edge(i);
        }
        double[] pooled = mixed(all.weights, guess);
        Counts own = sorts.get(sort);
        return new Shape(own == null ? pooled : mixed(own.weights, pooled));
    }

    private static double[] mixed(double[] counts, double[] borrowed) {
        double sum = IntStream.range(0, borrowed.length)
                .mapToDouble(i -> borrowed[i])
                .sum();
        double[] mixed = new double[counts.length];
        for (int i = 0; i < mixed.length; i++) {
            mixed[i] = counts[i] + BORROWED * borrowed[i] / sum;
        }
        return mixed;
    }
}
