package dev.gpupool.spi.worker;

import dev.gpupool.spi.internal.Require;

/**
 * The fencing token of one lease: both the attempt and the random lease id must match what the job was last issued.
 *
 * @param jobId the job
 * @param attempt the number of the attempt, from 1
 * @param leaseId random
 */
public record LeaseToken(String jobId, int attempt, String leaseId) {
    /**
     * Checks the form.
     *
     * @throws IllegalArgumentException if an id is not ASCII or longer than 100 characters, or the attempt is below 1
     */
    public LeaseToken {
        Require.ascii("lease.jobId", jobId, 100);
        Require.between("lease.attempt", attempt, 1, Integer.MAX_VALUE);
        Require.ascii("lease.leaseId", leaseId, 100);
    }
}
