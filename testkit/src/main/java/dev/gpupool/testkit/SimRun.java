package dev.gpupool.testkit;

import dev.gpupool.spi.checkpoint.CheckpointRef;
import dev.gpupool.spi.worker.LeaseGrant;
import dev.gpupool.spi.worker.LeaseReport;
import dev.gpupool.spi.worker.LeaseReport.FailureKind;
import dev.gpupool.spi.worker.LeaseReport.ReleaseReason;
import dev.gpupool.spi.worker.LeaseToken;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One run of an attempt: work from the granted checkpoint's step on, with checkpoints between, until the end of the
 * work, its failure, the attempt's limit by the worker's own timer, or an order.
 */
final class SimRun {
    private enum Next {
        DONE,
        FAIL,
        CHECKPOINT,
        LIMIT,
        WRITTEN
    }

    private final SimAgent worker;
    private final SimSlot slot;
    private final VirtualClock clock;
    private final LeaseGrant grant;
    private final @Nullable SimJob job;
    private final VirtualTimer timer;
    private final long startedAt;
    private final long startedWallMillis;
    private long fromStep;
    private long step;
    /** When the step was last true; meaningless while a checkpoint is written, when work stands still. */
    private long stepAt;

    private @Nullable CheckpointRef checkpoint;
    private @Nullable ReleaseReason releasing;
    private Next next = Next.DONE;
    private boolean over;

    SimRun(SimAgent worker, SimSlot slot, VirtualClock clock, LeaseGrant grant) {
        this.worker = worker;
        this.slot = slot;
        this.clock = clock;
        this.grant = grant;
        this.job = SimJob.parse(grant.payload());
        this.timer = clock.timer(this::due);
        this.startedAt = clock.tickerMillis();
        this.stepAt = startedAt;
        this.startedWallMillis = worker.meter().now();
        this.checkpoint = grant.checkpoint();
    }

    LeaseToken lease() {
        return grant.lease();
    }

    boolean isResumable() {
        return grant.resumable() && job != null;
    }

    long checkpointMillis() {
        return isResumable() && job != null ? job.checkpointMillis() : 0;
    }

    SimExecution soFar(SimExecution.End end) {
        CheckpointRef last = checkpoint;
        return new SimExecution(
                grant.lease(),
                worker.name(),
                startedWallMillis,
                worker.meter().now(),
                fromStep,
                currentStep(),
                last == null ? -1 : last.step(),
                end);
    }

    void begin() {
        CheckpointRef from = grant.checkpoint();
        if (job == null) {
            end(SimExecution.End.FAILED);
            slot.fail(FailureKind.BAD_INPUT, false, lease(), ran());
        } else if (from != null && !worker.checkpoints().isSound(lease().jobId(), from)) {
            worker.foundBadCheckpoint();
            end(SimExecution.End.FAILED);
            slot.fail(FailureKind.ENVIRONMENT, true, lease(), ran());
        } else {
            fromStep = from == null ? 0 : from.step();
            step = fromStep;
            stepAt = startedAt;
            plan(job);
        }
    }

    void checkpointAndRelease(ReleaseReason reason) {
        if (releasing != null) {
            return;
        }
        releasing = reason;
        if (next != Next.WRITTEN) {
            write();
        }
    }

    void stop(ReleaseReason reason) {
        reach();
        if (job != null && step >= job.workMillis() && job.failStep(lease().attempt()) < 0) {
            complete();
        } else {
            end(SimExecution.End.RELEASED);
            slot.release(lease(), reason, null, ran());
        }
    }

    void abort(SimExecution.End how) {
        end(how);
    }

    private void plan(SimJob work) {
        long failStep = work.failStep(lease().attempt());
        long target = failStep < 0 ? work.workMillis() : Math.max(failStep, step);
        next = failStep < 0 ? Next.DONE : Next.FAIL;
        long checkpointStep = grant.resumable() ? work.nextCheckpoint(step) : -1;
        if (checkpointStep >= 0 && checkpointStep < target) {
            target = checkpointStep;
            next = Next.CHECKPOINT;
        }
        long delay = Math.max(0, target - step);
        long left = worker.trueMillis(grant.limit().toMillis()) - trueRan();
        if (left < delay) {
            delay = Math.max(0, left);
            next = Next.LIMIT;
        }
        timer.armMillis(delay);
    }

    private void due() {
        reach();
        switch (next) {
            case DONE -> complete();
            case FAIL -> fail();
            case CHECKPOINT -> write();
            case LIMIT -> {
                end(SimExecution.End.FAILED);
                slot.fail(FailureKind.TIME_LIMIT, true, lease(), ran());
            }
            case WRITTEN -> written();
        }
    }

    /** Work stands still while a checkpoint is written. */
    private void write() {
        reach();
        next = Next.WRITTEN;
        CheckpointRef last = checkpoint;
        boolean nothingNew = last != null && last.step() == step;
        if (!nothingNew && job != null) {
            double fraction = job.workMillis() == 0 ? 1 : Math.min(1, (double) step / job.workMillis());
            worker.line()
                    .send(
                            SimCall.REPORT,
                            new LeaseReport.Progress(lease(), fraction, step, job.workMillis(), ""),
                            null);
        }
        timer.armMillis(nothingNew ? 0 : checkpointMillis());
    }

    private void written() {
        CheckpointRef last = checkpoint;
        boolean isNew = last == null || last.step() != step;
        CheckpointRef written = isNew ? worker.checkpoints().of(lease().jobId(), step) : last;
        checkpoint = written;
        ReleaseReason reason = releasing;
        if (reason != null) {
            end(SimExecution.End.RELEASED);
            slot.release(lease(), reason, written, ran());
            return;
        }
        Duration took = Duration.ofMillis(checkpointMillis());
        worker.spool().add(new LeaseReport.Checkpointed(lease(), Objects.requireNonNull(written), took), slot);
        stepAt = clock.tickerMillis();
        if (!over && job != null) {
            plan(job);
        }
    }

    private void complete() {
        end(SimExecution.End.COMPLETED);
        slot.complete(lease(), step, ran());
    }

    private void fail() {
        SimJob.Outcome outcome = job == null ? SimJob.Outcome.BAD_INPUT : job.outcome();
        if (outcome == SimJob.Outcome.CRASH) {
            worker.die(SimWorker.State.CRASHED);
            return;
        }
        end(SimExecution.End.FAILED);
        FailureKind kind = switch (outcome) {
            case BAD_INPUT -> FailureKind.BAD_INPUT;
            case ENV -> FailureKind.ENVIRONMENT;
            case OOM -> FailureKind.OUT_OF_MEMORY;
            default -> FailureKind.JOB_ERROR;
        };
        slot.fail(kind, kind != FailureKind.BAD_INPUT, lease(), ran());
    }

    private void end(SimExecution.End how) {
        reach();
        over = true;
        timer.cancel();
        worker.meter().ran(soFar(how));
    }

    /** Takes note of the work that was done until now. */
    private void reach() {
        step = currentStep();
        stepAt = clock.tickerMillis();
    }

    private long currentStep() {
        if (over || next == Next.WRITTEN || job == null) {
            return step;
        }
        return Math.min(job.workMillis(), step + clock.tickerMillis() - stepAt);
    }

    private long trueRan() {
        return clock.tickerMillis() - startedAt;
    }

    private long ran() {
        return worker.ownMillis(trueRan());
    }
}
