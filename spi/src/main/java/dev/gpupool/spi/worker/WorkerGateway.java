package dev.gpupool.spi.worker;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * What the pool offers to transports: the calls of its workers. All methods return at once and may be called by many
 * threads; the future completes outside the pool's loop, when the outcome is durable.
 *
 * <p>A future fails only for a fault of the pool ({@code PoolBusyException}, {@code PoolClosedException}: repeat later);
 * everything that the pool decides is an answer. Every call may be repeated until it is answered.
 *
 * <p>The transport guarantees that it has established who the worker is: that tenant and account are truly the caller's
 * and that a session or lease that is named is the caller's own.
 */
public interface WorkerGateway {
    /**
     * Begins a session, or finds it again if the instance is known.
     *
     * @param registration what the worker says of itself
     * @return whether it is admitted
     */
    CompletableFuture<RegistrationAnswer> register(Registration registration);

    /**
     * Takes a sign of life.
     *
     * @param beat the beat
     * @return verdicts and directives
     */
    CompletableFuture<BeatAnswer> heartbeat(Beat beat);

    /**
     * Waits for a job.
     *
     * @param claim the wish
     * @return a job, or nothing when the wait is over; cancelling the future withdraws the claim
     */
    CompletableFuture<ClaimAnswer> claim(Claim claim);

    /**
     * Takes a report about a lease: progress, checkpoint, completion, failure or release.
     *
     * @param report the report
     * @return whether it counts
     */
    CompletableFuture<ReportAnswer> report(LeaseReport report);

    /**
     * The worker asks to be drained: it has been told that it will end.
     *
     * @param sessionId the session
     * @param reason a word for programs and logs
     * @param in how long it has left
     * @return what to do
     */
    CompletableFuture<List<Directive>> drain(String sessionId, String reason, Duration in);

    /**
     * The session ends now; its meter stops. Leases that it still holds end as if given back.
     *
     * @param sessionId the session
     * @param reason a word for programs and logs
     * @param sessionAge how long it ran by the worker's own timer
     * @return done when it is durable
     */
    CompletableFuture<Void> bye(String sessionId, String reason, Duration sessionAge);
}
