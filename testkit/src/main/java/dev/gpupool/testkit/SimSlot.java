package dev.gpupool.testkit;

import dev.gpupool.spi.checkpoint.CheckpointRef;
import dev.gpupool.spi.worker.Claim;
import dev.gpupool.spi.worker.ClaimAnswer;
import dev.gpupool.spi.worker.Content;
import dev.gpupool.spi.worker.LeaseGrant;
import dev.gpupool.spi.worker.LeaseReport;
import dev.gpupool.spi.worker.LeaseReport.FailureKind;
import dev.gpupool.spi.worker.LeaseReport.ReleaseReason;
import dev.gpupool.spi.worker.LeaseToken;
import dev.gpupool.spi.worker.ReportAnswer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One slot of a simulated worker.
 *
 * <ol>
 *   <li>IDLE: nothing, or a pause before the next claim.
 *   <li>CLAIMING: a claim is out; the same one is repeated until it is answered.
 *   <li>WORKING: the run of a lease goes on.
 *   <li>REPORTING: the run is over and its last report is not answered yet; the lease is still held.
 * </ol>
 */
final class SimSlot {
    private static final long CLAIM_GRACE_MILLIS = 10_000;
    private static final long CLAIM_PAUSE_MILLIS = 1_000;
    private static final long FAILED_CLAIM_MILLIS = 5_000;

    private enum State {
        IDLE,
        CLAIMING,
        WORKING,
        REPORTING
    }

    private final SimAgent worker;
    private final VirtualClock clock;
    private final SeededRandom random;
    private final VirtualTimer timer;
    private State state = State.IDLE;
    private @Nullable Claim claim;
    private @Nullable Exchange exchange;
    private long claimedAt;
    private @Nullable SimRun run;
    /** The newest lease that arrived here, so that a packet which comes twice is not taken for another lease. */
    private @Nullable LeaseToken newest;

    SimSlot(SimAgent worker, VirtualClock clock, SeededRandom random) {
        this.worker = worker;
        this.clock = clock;
        this.random = random;
        this.timer = clock.timer(this::due);
    }

    /** The lease that this slot holds, or null. */
    @Nullable LeaseToken lease() {
        return run == null ? null : run.lease();
    }

    @Nullable SimExecution running() {
        return state == State.WORKING && run != null ? run.soFar(SimExecution.End.RUNNING) : null;
    }

    boolean isIdle() {
        return state == State.IDLE;
    }

    boolean isWorking() {
        return state == State.WORKING;
    }

    long checkpointMillis() {
        return run == null || state != State.WORKING ? 0 : run.checkpointMillis();
    }

    /** Asks for a job, if the slot is free and the worker takes any. */
    void claim() {
        if (state != State.IDLE || !worker.takesJobs()) {
            return;
        }
        state = State.CLAIMING;
        claim = new Claim(worker.sessionId(), random.word(), worker.spec().claimPatience());
        claimedAt = clock.tickerMillis();
        sendClaim(claim);
    }

    void withdraw() {
        if (state == State.CLAIMING) {
            if (exchange != null) {
                worker.line().hangUp(exchange);
            }
            idle();
        }
    }

    /** Takes the answer to a claim; a grant that nobody waits for any more is given back. */
    void answered(Claim asked, ClaimAnswer answer) {
        LeaseGrant grant = answer.grant();
        boolean expected =
                state == State.CLAIMING && claim != null && claim.claimId().equals(asked.claimId());
        if (grant == null) {
            if (expected) {
                idle();
                boolean early = clock.tickerMillis() - claimedAt < CLAIM_PAUSE_MILLIS;
                timer.armMillis(early ? CLAIM_PAUSE_MILLIS : 0);
            }
        } else if (expected) {
            begin(grant);
        } else if (!grant.lease().equals(newest)) {
            newest = grant.lease();
            worker.giveBack(grant);
        }
    }

    void claimFailed() {
        if (state == State.CLAIMING) {
            timer.armMillis(FAILED_CLAIM_MILLIS);
        }
    }

    /** The worker drains: no claim; a resumable job is checkpointed and given back. */
    void drain(ReleaseReason reason) {
        withdraw();
        timerOffIfIdle();
        if (state == State.WORKING && run != null && run.isResumable()) {
            run.checkpointAndRelease(reason);
        }
    }

    /** Checkpoints the job, if it can resume, and gives it back. */
    void checkpoint(ReleaseReason reason) {
        if (state == State.WORKING && run != null) {
            if (run.isResumable()) {
                run.checkpointAndRelease(reason);
            } else {
                stop(reason);
            }
        }
    }

    /** Stops the job and gives it back as it is. */
    void stop(ReleaseReason reason) {
        withdraw();
        timerOffIfIdle();
        if (state == State.WORKING && run != null) {
            run.stop(reason);
        }
    }

    /** The pool said that the lease is lost. */
    void lost() {
        if (state == State.WORKING && run != null) {
            run.abort(SimExecution.End.LOST);
            free();
        }
    }

    /** The process or the machine is gone. */
    void die() {
        if (state == State.WORKING && run != null) {
            run.abort(SimExecution.End.CRASHED);
        }
        run = null;
        claim = null;
        exchange = null;
        newest = null;
        state = State.IDLE;
        timer.cancel();
        worker.leasesChanged();
    }

    void reported(LeaseReport report, ReportAnswer.Outcome outcome) {
        if (run == null || !run.lease().equals(report.lease())) {
            return;
        }
        if (state == State.REPORTING && !(report instanceof LeaseReport.Checkpointed)) {
            free();
        } else if (outcome != ReportAnswer.Outcome.ACCEPTED && !worker.isDisobedient()) {
            lost();
        }
    }

    /** The run is over. */
    void finished(LeaseReport report) {
        state = State.REPORTING;
        worker.spool().add(report, this);
    }

    void fail(FailureKind kind, boolean retryable, LeaseToken lease, long ran) {
        finished(new LeaseReport.Failed(lease, kind, "simulated", retryable, Duration.ofMillis(ran)));
    }

    void complete(LeaseToken lease, long step, long ran) {
        Content result = Content.json("{\"step\":" + step + "}");
        finished(new LeaseReport.Completed(lease, result, Duration.ofMillis(ran)));
    }

    void release(LeaseToken lease, ReleaseReason reason, @Nullable CheckpointRef checkpoint, long ran) {
        finished(new LeaseReport.Released(lease, reason, checkpoint, Duration.ofMillis(ran)));
    }

    private void begin(LeaseGrant grant) {
        timer.cancel();
        state = State.WORKING;
        claim = null;
        exchange = null;
        newest = grant.lease();
        run = new SimRun(worker, this, clock, grant);
        worker.leasesChanged();
        run.begin();
        worker.jobBegan();
    }

    private void free() {
        run = null;
        idle();
        worker.leasesChanged();
        claim();
        worker.slotFree();
    }

    private void idle() {
        state = State.IDLE;
        claim = null;
        exchange = null;
        timer.cancel();
    }

    private void timerOffIfIdle() {
        if (state == State.IDLE) {
            timer.cancel();
        }
    }

    private void due() {
        if (state == State.IDLE) {
            claim();
        } else if (state == State.CLAIMING && claim != null) {
            worker.line().missed();
            sendClaim(claim);
        }
    }

    private void sendClaim(Claim wish) {
        exchange = worker.line().send(SimCall.CLAIM, wish, this);
        timer.armMillis(wish.patience().toMillis() + CLAIM_GRACE_MILLIS);
    }
}
