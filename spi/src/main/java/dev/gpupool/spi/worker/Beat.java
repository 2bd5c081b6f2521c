package dev.gpupool.spi.worker;

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
    public Beat {
        leases = List.copyOf(leases);
    }
}
