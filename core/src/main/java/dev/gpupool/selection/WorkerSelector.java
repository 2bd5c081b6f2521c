package dev.gpupool.selection;

import dev.gpupool.internal.select.LeastUtilized;
import dev.gpupool.spi.internal.Require;
import java.util.Optional;

/**
 * Which worker takes the next job.
 *
 * <p>A selector of the host's own runs outside the pool's loop; while it does, nothing is placed. If it throws, takes
 * longer than the pool's selector timeout, or names no candidate of the call, the job stays queued with reason
 * SELECTOR_FAILED until the fleet changes or 60 s have passed. One that never returned from eight questions is asked no
 * more until it returns from one.
 */
@FunctionalInterface
public interface WorkerSelector {
    /** The width of a utilisation band unless set, in percentage points. */
    int DEFAULT_BAND = 5;

    /**
     * Chooses a worker.
     *
     * @param job the job
     * @param candidates the workers that may take it
     * @return one of the candidates, or empty to leave the job queued
     */
    Optional<Candidate> select(JobView job, Candidates candidates);

    /**
     * The width of the utilisation bands of {@link Candidates}, in percentage points.
     *
     * @return 0 for exact utilisation, 100 for one band; {@value #DEFAULT_BAND} unless overridden
     */
    default int band() {
        return DEFAULT_BAND;
    }

    /**
     * The seed's rule, and the default: least used first, round robin within a band of utilisation.
     *
     * @return bands {@value #DEFAULT_BAND} points wide
     */
    static WorkerSelector leastUtilized() {
        return leastUtilized(DEFAULT_BAND);
    }

    /**
     * Least used first, round robin within a band of utilisation.
     *
     * @param band the width in percentage points: 0 is pure least-used, 100 pure round robin
     * @return the selector
     * @throws IllegalArgumentException if the band is not between 0 and 100
     */
    static WorkerSelector leastUtilized(int band) {
        return new LeastUtilized(Require.between("selector.band", band, 0, 100));
    }
}
