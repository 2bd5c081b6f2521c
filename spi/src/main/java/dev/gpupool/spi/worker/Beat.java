package dev.gpupool.spi.worker;

import dev.gpupool.spi.internal.Require;
import java.time.Duration;
import java.util.List;

/**
 * A sign of life.
 *
 * @param sessionId the session
 * @param sequence grows with every new beat of the session; a lower one than seen is a late packet and changes nothing
 * @param sessionAge how long the session has run by the worker's own monotonic timer
 * @param leases what the worker is running
 */
public record Beat(String sessionId, long sequence, Duration sessionAge, List<LeaseToken> leases) {
    /**
     * Checks the ranges and copies the list.
     *
     * @throws IllegalArgumentException if the sequence or the age is negative, or there are more than 64 leases
     */
    public Beat {
        Require.ascii("beat.sessionId", sessionId, 100);
        Require.between("beat.sequence", sequence, 0, Long.MAX_VALUE);
        Require.notNegative("beat.sessionAge", sessionAge);
        leases = Require.atMost("beat.leases", leases, 64);
    }
}
