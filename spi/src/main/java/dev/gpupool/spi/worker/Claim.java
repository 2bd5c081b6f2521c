package dev.gpupool.spi.worker;

import java.time.Duration;

/**
 * A worker's standing wish for one job.
 *
 * @param sessionId the session
 * @param claimId random for each wish; repeating it returns the same lease, so a lost answer loses no job
 * @param patience how long to wait for a job before an empty answer
 */
public record Claim(String sessionId, String claimId, Duration patience) {}
