package dev.gpupool.tck;

import dev.gpupool.spi.worker.Beat;
import dev.gpupool.spi.worker.BeatAnswer;
import dev.gpupool.spi.worker.Claim;
import dev.gpupool.spi.worker.ClaimAnswer;
import dev.gpupool.spi.worker.Directive;
import dev.gpupool.spi.worker.LeaseReport;
import dev.gpupool.spi.worker.Registration;
import dev.gpupool.spi.worker.RegistrationAnswer;
import dev.gpupool.spi.worker.ReportAnswer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * One worker's end of the wire: what the adapter's own agent would be, cut down to its calls. Each call is sent once,
 * without retries, and its future is completed with what the worker was told; if the worker was told of a failure, or
 * heard nothing, the future fails. It fails with a message that says why, or is
 * cancelled.
 *
 * <p>The suite calls in the order of life: {@link #register} first, then calls under the session that was answered,
 * reports only about leases that a claim of this worker was granted. Several calls may be under way at once.
 */
public interface WorkerDriver extends AutoCloseable {
    /**
     * Begins a session.
     *
     * @param registration as the worker was connected, or another instance of the same worker
     * @return what the worker is told
     */
    CompletableFuture<RegistrationAnswer> register(Registration registration);

    /**
     * Sends a sign of life.
     *
     * @param beat the beat
     * @return what the worker is told
     */
    CompletableFuture<BeatAnswer> heartbeat(Beat beat);

    /**
     * Waits for a job. Cancelling the future hangs up.
     *
     * @param claim the wish
     * @return what the worker is told
     */
    CompletableFuture<ClaimAnswer> claim(Claim claim);

    /**
     * Reports about a lease.
     *
     * @param report progress, checkpoint, completion, failure or release
     * @return what the worker is told
     */
    CompletableFuture<ReportAnswer> report(LeaseReport report);

    /**
     * Asks to be drained.
     *
     * @param sessionId the session
     * @param reason why
     * @param in how long it has left
     * @return what the worker is told
     */
    CompletableFuture<List<Directive>> drain(String sessionId, String reason, Duration in);

    /**
     * Ends the session.
     *
     * @param sessionId the session
     * @param reason why
     * @param sessionAge how long it ran
     * @return done when the worker is told so
     */
    CompletableFuture<Void> bye(String sessionId, String reason, Duration sessionAge);

    /** Hangs up. The suite closes a driver after the transport, and perhaps twice. */
    @Override
    void close();
}
