package dev.gpupool.internal.whatif;

import dev.gpupool.spi.checkpoint.CheckpointRef;
import dev.gpupool.spi.clock.Cancellable;
import dev.gpupool.spi.worker.Content;
import dev.gpupool.spi.worker.LeaseReport;
import dev.gpupool.spi.worker.LeaseReport.ReleaseReason;
import dev.gpupool.spi.worker.LeaseToken;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One lease on a machine.
 *
 * <ol>
 *   <li>It does its work and completes.
 *   <li>If it can resume, it commits a checkpoint at each multiple of the habit, counted in the job's work, so that where
 *       the next one lies follows from what is done.
 *   <li>Told to give back, it writes a checkpoint, which takes its time, and releases; if it cannot resume, it stops.
 * </ol>
 */
final class Run {
    private static final String NO_BYTES = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    private static final Content RESULT = Content.json("{}");

    /**
     * What a run begins from.
     *
     * @param lease the lease
     * @param work the job's
     * @param resumable whether it can resume
     * @param base how much of its work was done before
     * @param step the step of the checkpoint that it begins from, or -1
     * @param startTick when the lease began
     */
    record Begin(LeaseToken lease, Work work, boolean resumable, long base, long step, long startTick) {}

    private final Machine machine;
    private final Begin begin;
    private final long every;
    private final long countsFrom;
    private long step;
    private long saved;
    private boolean giving;
    private boolean over;
    private @Nullable Cancellable timer;

    /**
     * A run that goes on now.
     *
     * @param every how much work lies between two checkpoints
     * @param now the present tick; only work from here on is counted
     */
    Run(Machine machine, Begin begin, long every, long now) {
        this.machine = machine;
        this.begin = begin;
        this.every = every;
        this.step = begin.step();
        this.countsFrom = done(now);
        this.saved = countsFrom;
    }

    LeaseToken lease() {
        return begin.lease();
    }

    long checkpointMillis() {
        return begin.resumable() ? begin.work().checkpoint() : 0;
    }

    private long done(long now) {
        return begin.base() + now - begin.startTick();
    }

    boolean isResumable() {
        return begin.resumable();
    }

    void goOn() {
        long done = done(machine.tick());
        long next = begin.work().total();
        if (begin.resumable()) {
            next = Math.min(next, (done / every + 1) * every);
        }
        after(Math.max(0, next - done), this::due);
    }

    /** Was told at a tick to give back, and is at it. */
    void givesBackSince(long tick, ReleaseReason reason) {
        giving = true;
        after(Math.max(0, tick + begin.work().checkpoint() - machine.tick()), () -> release(reason));
    }

    private void after(long millis, Runnable task) {
        cancel();
        timer = machine.after(millis, task);
    }

    private void cancel() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    private void due() {
        long now = machine.tick();
        if (done(now) >= begin.work().total()) {
            end();
            machine.report(this, new LeaseReport.Completed(lease(), RESULT, ran(now)));
            return;
        }
        machine.report(
                this,
                new LeaseReport.Checkpointed(
                        lease(), checkpoint(now), Duration.ofMillis(begin.work().checkpoint())));
        goOn();
    }

    private CheckpointRef checkpoint(long now) {
        step = Math.max(step + 1, done(now));
        return new CheckpointRef(machine.checkpointUri(lease()), NO_BYTES, 0, step);
    }

    private Duration ran(long now) {
        return Duration.ofMillis(Math.max(0, now - begin.startTick()));
    }

    /** Gives back with a checkpoint, if it can. */
    void giveBack(ReleaseReason reason) {
        if (over || giving) {
            return;
        }
        if (begin.resumable()) {
            givesBackSince(machine.tick(), reason);
        } else {
            stop(reason);
        }
    }

    private void release(ReleaseReason reason) {
        long now = machine.tick();
        end();
        machine.report(this, new LeaseReport.Released(lease(), reason, checkpoint(now), ran(now)));
    }

    /** Stops, and gives back as it is. */
    void stop(ReleaseReason reason) {
        if (!over) {
            end();
            machine.report(this, new LeaseReport.Released(lease(), reason, null, ran(machine.tick())));
        }
    }

    private void end() {
        over = true;
        cancel();
    }

    /** Ends without a word. */
    void drop() {
        end();
    }

    /** A report was accepted: what it says that was done is done for good. */
    void accepted(LeaseReport report) {
        if (report instanceof LeaseReport.Completed
                || report instanceof LeaseReport.Checkpointed
                || (report instanceof LeaseReport.Released released && released.checkpoint() != null)) {
            saved = Math.max(saved, done(machine.tick()));
        }
    }

    /** How much work of the time that counts is done for good. */
    long useful() {
        return saved - countsFrom;
    }

    /** How much work of the time that counts is done, for good or not. */
    long doneSoFar() {
        return over ? useful() : Math.min(done(machine.tick()), begin.work().total()) - countsFrom;
    }
}
