package dev.gpupool.internal.whatif;

import dev.gpupool.spi.worker.ClaimAnswer;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * What a machine goes on from: its session as the pool knows it. Times are on the pool's ticker, in milliseconds.
 *
 * @param sessionId the session
 * @param startTick when it began
 * @param beatTick when its last beat came
 * @param sequence the number of that beat
 * @param stopTick when it must have ended, or {@link Long#MAX_VALUE}
 * @param draining whether it takes no new work
 * @param leases what runs on it
 * @param claims the answers that its open claims wait for
 */
record Resumed(
        String sessionId,
        long startTick,
        long beatTick,
        long sequence,
        long stopTick,
        boolean draining,
        List<Lease> leases,
        List<CompletableFuture<ClaimAnswer>> claims) {
    /**
     * One lease.
     *
     * @param begin what its run began from
     * @param toldTick when the worker was told to give it back, or {@link Long#MIN_VALUE}
     */
    record Lease(Run.Begin begin, long toldTick) {}
}
