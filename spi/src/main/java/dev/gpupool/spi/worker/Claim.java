package dev.gpupool.spi.worker;

import dev.gpupool.spi.internal.Require;
import java.time.Duration;

/**
 * A worker's standing wish for one job.
 *
 * @param sessionId the session
 * @param claimId random for each wish; repeating it returns the same lease, so a lost answer loses no job
 * @param patience how long to wait for a job before an empty answer
 */
public record Claim(String sessionId, String claimId, Duration patience) {
    /**
     * Checks the form.
     *
     * @throws IllegalArgumentException if an id is too long, or the patience is negative
     */
    public Claim {
        Require.ascii("claim.sessionId", sessionId, 100);
        Require.text("claim.claimId", claimId, 200);
        Require.notNegative("claim.patience", patience);
    }
}
