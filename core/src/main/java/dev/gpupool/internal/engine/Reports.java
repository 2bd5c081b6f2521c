package dev.gpupool.internal.engine;

import dev.gpupool.JobState;
import dev.gpupool.PoolEvent;
import dev.gpupool.internal.record.Job;
import dev.gpupool.internal.record.Lease;
import dev.gpupool.internal.record.Session;
import dev.gpupool.internal.record.SessionHold;
import dev.gpupool.internal.util.JsonText;
import dev.gpupool.spi.checkpoint.CheckpointRef;
import dev.gpupool.spi.worker.Directive;
import dev.gpupool.spi.worker.LeaseReport;
import dev.gpupool.spi.worker.LeaseReport.Checkpointed;
import dev.gpupool.spi.worker.LeaseReport.Completed;
import dev.gpupool.spi.worker.LeaseReport.Failed;
import dev.gpupool.spi.worker.LeaseReport.Progress;
import dev.gpupool.spi.worker.LeaseReport.Released;
import dev.gpupool.spi.worker.LeaseToken;
import dev.gpupool.spi.worker.ReportAnswer;
import dev.gpupool.spi.worker.ReportAnswer.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Judges what workers say of their leases, by the job record alone.
 *
 * <ol>
 *   <li>A report counts if it bears the last issued (attempt, lease id) and the job is not final.
 *   <li>So the completion or checkpoint of a lease that expired, but was not issued again, is accepted.
 *   <li>A late failure is only evidence: it is told, and changes nothing.
 *   <li>A repeated report gets the answer of the first.
 *   <li>Whatever becomes of the job, a report that ends a lease frees its slot and books its time, once.
 * </ol>
 */
final class Reports {
    private final Kernel kernel;
    private final Fleet fleet;
    private final Needs needs;
    private final Endings endings;
    private final Directives directives;
    private final Failures failures;

    Reports(Kernel kernel, Fleet fleet, Needs needs, Endings endings, Directives directives) {
        this.kernel = kernel;
        this.fleet = fleet;
        this.needs = needs;
        this.endings = endings;
        this.directives = directives;
        this.failures = new Failures(kernel, needs);
    }

    CompletableFuture<ReportAnswer> report(LeaseReport report) {
        LeaseReport readable = readable(report);
        CompletableFuture<ReportAnswer> answer = new CompletableFuture<>();
        kernel.submit(new Command() {
            @Override
            public void decide(Decision decision) {
                judge(decision, readable, answer);
            }

            @Override
            public void refused(RuntimeException failure) {
                kernel.outside(() -> answer.completeExceptionally(failure));
            }
        });
        return answer;
    }

    /**
     * A result that is no JSON, such as Python's {@code NaN}, is a failure of the job, or its slot would wait for ever; and
     * it is one for good, since the next try would most likely end in the same.
     */
    private static LeaseReport readable(LeaseReport report) {
        if (!(report instanceof LeaseReport.Completed completed)) {
            return report;
        }
        try {
            JsonText.require("completed.result", completed.result());
            return report;
        } catch (IllegalArgumentException e) {
            return new LeaseReport.Failed(
                    completed.lease(),
                    LeaseReport.FailureKind.JOB_ERROR,
                    String.valueOf(e.getMessage()),
                    false,
                    completed.ran());
        }
    }

    private void judge(Decision decision, LeaseReport report, CompletableFuture<ReportAnswer> answer) {
        Entry<Job> entry = kernel.view().jobs().entry(report.lease().jobId());
        Entry<Session> past = pastHolder(report);
        if (!entry.loaded()) {
            decision.fetch(entry.key());
        }
        if (past != null && !past.loaded()) {
            decision.fetch(past.key());
        }
        LiveSession holder = fleet.holder(report.lease().leaseId());
        Session about = holder != null ? holder.session() : past == null ? null : past.current();
        if (!decision.fetches().isEmpty() || (about != null && !endings.loaded(decision, about))) {
            return;
        }
        if (isOutOfDate(decision, entry, past, report)) {
            return;
        }
        if (holder != null && fleet.mine(holder)) {
            holder.heard(kernel.time().tick());
        }
        Job job = entry.current();
        if (job != null) {
            decision.check(entry);
        }
        Outcome outcome = job == null ? Outcome.UNKNOWN_JOB : outcome(decision, entry, job, report);
        freeSlot(decision, report);
        decision.act(() -> {
            LiveSession session = fleet.holder(report.lease().leaseId());
            List<Directive> orders = session == null ? List.of() : directives.of(session);
            kernel.outside(() -> answer.complete(new ReportAnswer(outcome, orders)));
        });
    }

    /**
     * What would be refused, or finds no slot to free, is read again first: another host may have given the lease a
     * moment ago, and a refusal writes nothing that storage could hold against it.
     */
    private boolean isOutOfDate(Decision decision, Entry<Job> job, @Nullable Entry<Session> past, LeaseReport report) {
        boolean slotKnown = past == null || pastHold(report) != null;
        if (decision.isFresh(job.key()) || (slotKnown && counts(job.current(), report))) {
            return false;
        }
        decision.fetch(job.key());
        if (past != null) {
            decision.fetch(past.key());
        }
        return true;
    }

    private static boolean counts(@Nullable Job job, LeaseReport report) {
        Lease lease = job == null ? null : job.lease();
        if (job == null || lease == null || !lease.matches(report.lease(), job.attempt())) {
            return false;
        }
        return repeats(job, lease, report) || (lease.open() && !job.state().isFinal());
    }

    private Outcome outcome(Decision decision, Entry<Job> entry, Job job, LeaseReport report) {
        LeaseToken token = report.lease();
        Lease lease = job.lease();
        if (lease == null || !lease.matches(token, job.attempt())) {
            refused(decision, job, report, "its token is not the last issued");
            return Outcome.STALE;
        }
        if (repeats(job, lease, report)) {
            return Outcome.ACCEPTED;
        }
        if (job.state().isFinal()) {
            refused(decision, job, report, "the job is " + job.state());
            return Outcome.FINAL;
        }
        return lease.open() ? running(decision, entry, job, report) : late(decision, entry, job, report);
    }

    /** The first of these was accepted; its answer was lost. */
    private static boolean repeats(Job job, Lease lease, LeaseReport report) {
        return switch (lease.endedBy()) {
            case "COMPLETED" -> report instanceof Completed;
            case "FAILED" -> report instanceof Failed;
            case "RELEASED" -> report instanceof Released;
            default ->
                report instanceof Released released
                        && job.state() == JobState.CANCELLED
                        && released.reason() == LeaseReport.ReleaseReason.CANCEL;
        };
    }

    private void refused(Decision decision, Job job, LeaseReport report, String why) {
        String kind = report.getClass().getSimpleName();
        decision.act(() -> kernel.emit(
                PoolEvent.Type.REPORT_REFUSED,
                job.id(),
                "",
                "",
                kind + " of attempt " + report.lease().attempt() + ": " + why));
    }

    private Outcome running(Decision decision, Entry<Job> entry, Job job, LeaseReport report) {
        if (report instanceof Progress progress) {
            progressed(progress);
        } else if (report instanceof Checkpointed checkpointed) {
            checkpoint(decision, entry, job, checkpointed.checkpoint(), checkpointed.took());
        } else if (report instanceof Completed completed) {
            complete(decision, entry, job, completed);
        } else if (report instanceof Failed failed) {
            failures.decide(decision, entry, failed, ran(job, failed.ran().toMillis()));
        } else if (report instanceof Released released) {
            release(decision, entry, job, released);
        }
        return Outcome.ACCEPTED;
    }

    private Outcome late(Decision decision, Entry<Job> entry, Job job, LeaseReport report) {
        boolean accepted = false;
        if (report instanceof Completed completed) {
            complete(decision, entry, job, completed);
            accepted = true;
        } else if (report instanceof Checkpointed checkpointed) {
            checkpoint(decision, entry, job, checkpointed.checkpoint(), checkpointed.took());
            accepted = true;
        } else if (report instanceof Released released && released.checkpoint() != null) {
            checkpoint(decision, entry, job, released.checkpoint(), Duration.ZERO);
            accepted = true;
        }
        if (accepted) {
            decision.act(() -> kernel.emit(
                    PoolEvent.Type.LATE_REPORT_ACCEPTED,
                    job.id(),
                    job.issued().worker(),
                    job.issued().account(),
                    report.getClass().getSimpleName()));
            return Outcome.ACCEPTED;
        }
        refused(decision, job, report, "its lease has ended");
        return Outcome.STALE;
    }

    private void progressed(Progress progress) {
        LiveSession session = fleet.holder(progress.lease().leaseId());
        Slot slot = session == null ? null : session.slot(progress.lease().leaseId());
        if (slot != null) {
            boolean steps = Double.isNaN(progress.fraction()) && progress.totalSteps() > 0;
            slot.progress = steps ? (double) progress.step() / progress.totalSteps() : progress.fraction();
            slot.progressTick = kernel.time().tick();
            slot.message = progress.message();
        }
    }

    private void checkpoint(Decision decision, Entry<Job> entry, Job job, CheckpointRef reference, Duration took) {
        if (reference.step() <= job.step()) {
            return;
        }
        long useful = job.issued().usefulBefore() + ran(job, Long.MAX_VALUE);
        decision.put(entry, job.checkpointed(reference, job.attempt(), useful));
        LiveSession session = fleet.holder(job.issued().leaseId());
        if (session != null) {
            decision.put(session.entry(), session.session().checkpointTook(took.toMillis()));
        }
        decision.act(() -> kernel.emit(
                PoolEvent.Type.JOB_CHECKPOINTED, job.id(), job.issued().worker(), "", "step " + reference.step()));
    }

    /** How long the last issued lease has run; what the worker says counts within what was seen here. */
    private long ran(Job job, long workerSays) {
        Lease lease = job.issued();
        LiveSession session = fleet.holder(lease.leaseId());
        SessionHold hold = session == null ? null : session.session().hold(lease.leaseId());
        if (session != null && hold != null) {
            return endings.ran(session, hold, workerSays);
        }
        long most = Math.max(lease.chargedMillis(), kernel.time().wall() - lease.startedAt());
        return Math.max(lease.chargedMillis(), Math.min(most, workerSays));
    }

    private void complete(Decision decision, Entry<Job> entry, Job job, Completed report) {
        long ran = ran(job, report.ran().toMillis());
        if (!job.issued().open()
                && fleet.holder(job.issued().leaseId()) == null
                && pastHold(report) == null
                && !toldBefore(job.issued())) {
            endings.bookLate(decision, job.issued(), ran);
        }
        decision.put(entry, job.succeeded(ran, report.result(), kernel.time().wall()));
        decision.act(() -> kernel.emit(
                PoolEvent.Type.JOB_SUCCEEDED,
                job.id(),
                job.issued().worker(),
                job.issued().account(),
                ""));
    }

    /** A session keeps the hold of an expired lease until it was told how long that ran; then it was booked in full. */
    private boolean toldBefore(Lease lease) {
        Session session = kernel.view().sessions().doc(lease.session());
        return session != null && session.hold(lease.leaseId()) == null;
    }

    private void release(Decision decision, Entry<Job> entry, Job job, Released report) {
        if (report.checkpoint() != null) {
            checkpoint(decision, entry, job, report.checkpoint(), Duration.ZERO);
        }
        Job saved = entry.get();
        long ran = ran(job, report.ran().toMillis());
        decision.put(entry, saved.requeued("RELEASED", ran, needs.of(saved), null));
        decision.act(() -> kernel.emit(
                PoolEvent.Type.JOB_REQUEUED, job.id(), job.issued().worker(), "", "given back: " + report.reason()));
    }

    private void freeSlot(Decision decision, LeaseReport report) {
        Duration ran = ended(report);
        if (ran == null) {
            return;
        }
        String leaseId = report.lease().leaseId();
        LiveSession session = fleet.holder(leaseId);
        SessionHold hold = session == null ? null : session.session().hold(leaseId);
        if (session != null && hold != null && about(hold, report)) {
            endings.free(decision, session, hold, endings.ran(session, hold, ran.toMillis()));
            return;
        }
        Entry<Session> past = pastHolder(report);
        SessionHold expired = pastHold(report);
        if (past != null && expired != null) {
            endings.freeEnded(decision, past, expired, ran.toMillis());
        }
    }

    /** The session that a report's lease was issued to, if no live session holds it and the report ends it. */
    private @Nullable Entry<Session> pastHolder(LeaseReport report) {
        String leaseId = report.lease().leaseId();
        String session = ended(report) == null || fleet.holder(leaseId) != null ? null : LeaseIds.session(leaseId);
        return session == null ? null : kernel.view().sessions().entry(session);
    }

    /** What that session's record still says of the lease: what it used since is not booked yet. */
    private @Nullable SessionHold pastHold(LeaseReport report) {
        Entry<Session> past = pastHolder(report);
        Session session = past == null ? null : past.current();
        SessionHold hold = session == null ? null : session.hold(report.lease().leaseId());
        return hold != null && !hold.open() && about(hold, report) ? hold : null;
    }

    private static boolean about(SessionHold hold, LeaseReport report) {
        return hold.attempt() == report.lease().attempt()
                && hold.jobId().equals(report.lease().jobId());
    }

    /** How long the lease ran, if the report ends it. */
    private static @Nullable Duration ended(LeaseReport report) {
        if (report instanceof Completed completed) {
            return completed.ran();
        }
        if (report instanceof Failed failed) {
            return failed.ran();
        }
        return report instanceof Released released ? released.ran() : null;
    }
}
