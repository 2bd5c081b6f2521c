package dev.gpupool.internal.engine;

import dev.gpupool.JobContext;
import dev.gpupool.JobHandler;
import dev.gpupool.internal.util.JsonText;
import dev.gpupool.spi.checkpoint.CheckpointRef;
import dev.gpupool.spi.checkpoint.CheckpointStore;
import dev.gpupool.spi.worker.Content;
import dev.gpupool.spi.worker.Device;
import dev.gpupool.spi.worker.LeaseGrant;
import dev.gpupool.spi.worker.LeaseReport;
import dev.gpupool.spi.worker.LeaseReport.FailureKind;
import dev.gpupool.spi.worker.LeaseReport.ReleaseReason;
import dev.gpupool.spi.worker.LeaseToken;
import dev.gpupool.spi.worker.ReportAnswer;
import dev.gpupool.spi.worker.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One attempt in this process. */
final class LocalContext implements JobContext {
    private final LeaseGrant grant;
    private final List<Device> devices;
    private final PoolTime time;
    private final Function<LeaseReport, CompletableFuture<ReportAnswer>> reports;
    private final Supplier<CheckpointStore> store;
    private final Waits waits;
    private final BooleanSupplier closing;
    private final long startTick;
    private @Nullable Thread thread;
    private boolean interrupted;
    private volatile @Nullable Verdict ended;
    private volatile @Nullable CheckpointRef newest;

    LocalContext(
            LeaseGrant grant,
            List<Device> devices,
            PoolTime time,
            Function<LeaseReport, CompletableFuture<ReportAnswer>> reports,
            Supplier<CheckpointStore> store,
            Waits waits,
            BooleanSupplier closing) {
        this.grant = grant;
        this.devices = devices;
        this.time = time;
        this.reports = reports;
        this.store = store;
        this.waits = waits;
        this.closing = closing;
        this.startTick = time.tick();
        this.newest = grant.checkpoint();
    }

    LeaseToken lease() {
        return grant.lease();
    }

    /** The handler should end: OK to give back, CANCEL if the job was cancelled, LOST if the lease is. */
    void end(Verdict verdict) {
        ended = verdict;
    }

    boolean ended() {
        return ended != null;
    }

    /** Runs the handler where it can be interrupted, and only it. */
    @Nullable String runOnThisThread(JobHandler handler) throws Exception {
        synchronized (this) {
            thread = Thread.currentThread();
        }
        try {
            return handler.run(this);
        } finally {
            synchronized (this) {
                thread = null;
                if (interrupted) {
                    // It was meant for the handler: the thread goes on to report.
                    Thread.interrupted();
                }
            }
        }
    }

    /** For a handler that does not see that it should stop. */
    synchronized void interrupt() {
        Thread handling = thread;
        if (handling != null && handling != Thread.currentThread()) {
            interrupted = true;
            handling.interrupt();
        }
    }

    private Duration ran() {
        return Duration.ofMillis(time.tick() - startTick);
    }

    LeaseReport outcome(@Nullable String result) {
        if (result != null) {
            return completed(result);
        }
        if (remaining().isZero() && ended == null && !closing.getAsBoolean()) {
            return new LeaseReport.Failed(
                    lease(), FailureKind.TIME_LIMIT, "did not end within " + grant.limit(), false, ran());
        }
        ReleaseReason reason = ended == Verdict.CANCEL ? ReleaseReason.CANCEL : ReleaseReason.DRAIN;
        return new LeaseReport.Released(lease(), reason, null, ran());
    }

    /** What is no JSON now will be none at the next try. */
    private LeaseReport completed(String result) {
        try {
            return new LeaseReport.Completed(lease(), JsonText.require("result", Content.json(result)), ran());
        } catch (IllegalArgumentException e) {
            String message =
                    "a handler returns JSON text, such as {\"loss\": 0.1} or, of a word, \"trained\" with its quotes: "
                            + e.getMessage();
            return new LeaseReport.Failed(lease(), FailureKind.JOB_ERROR, message, false, ran());
        }
    }

    /** Whether the handler was told to end, so that what it threw on its way out is no failure of the job. */
    boolean toldToEnd() {
        return ended != null;
    }

    LeaseReport failure(Throwable failure) {
        FailureKind kind = failure instanceof OutOfMemoryError ? FailureKind.OUT_OF_MEMORY : FailureKind.JOB_ERROR;
        return new LeaseReport.Failed(lease(), kind, String.valueOf(failure), true, ran());
    }

    @Override
    public String jobId() {
        return grant.lease().jobId();
    }

    @Override
    public int attempt() {
        return grant.lease().attempt();
    }

    @Override
    public Content payload() {
        return grant.payload();
    }

    @Override
    public @Nullable CheckpointRef checkpoint() {
        return newest;
    }

    @Override
    public @Nullable InputStream openCheckpoint() throws IOException {
        CheckpointRef reference = newest;
        return reference == null ? null : store.get().get(reference);
    }

    @Override
    public CheckpointRef saveCheckpoint(long step, InputStream bytes) throws IOException {
        long began = time.tick();
        CheckpointRef reference = store.get().put(jobId(), step, bytes);
        Duration took = Duration.ofMillis(time.tick() - began);
        ReportAnswer answer = waits.on(reports.apply(new LeaseReport.Checkpointed(lease(), reference, took)));
        if (!answer.accepted()) {
            if (ended == null) {
                end(Verdict.LOST);
            }
            throw new IllegalStateException("the lease of job " + jobId() + " is lost: " + answer.outcome());
        }
        newest = reference;
        return reference;
    }

    @Override
    public void progress(double fraction, String message) {
        var unused = reports.apply(new LeaseReport.Progress(lease(), fraction, 0, 0, message));
    }

    @Override
    public boolean shouldStop() {
        return ended != null || closing.getAsBoolean() || remaining().isZero();
    }

    @Override
    public Duration remaining() {
        Duration left = grant.limit().minus(ran());
        Duration session = grant.sessionRemaining();
        if (session != null && session.minus(ran()).compareTo(left) < 0) {
            left = session.minus(ran());
        }
        return left.isNegative() ? Duration.ZERO : left;
    }

    @Override
    public List<Device> devices() {
        return devices;
    }
}
