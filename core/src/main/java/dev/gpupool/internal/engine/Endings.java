package dev.gpupool.internal.engine;

import dev.gpupool.PoolEvent;
import dev.gpupool.internal.ledger.Hold;
import dev.gpupool.internal.record.Account;
import dev.gpupool.internal.record.Ending;
import dev.gpupool.internal.record.Job;
import dev.gpupool.internal.record.Lease;
import dev.gpupool.internal.record.Loss;
import dev.gpupool.internal.record.PolicyDoc;
import dev.gpupool.internal.record.Session;
import dev.gpupool.internal.record.SessionHold;
import dev.gpupool.quota.ProviderPolicy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How leases end: what it does to the job, the slot and the ledger. Decides under the pool's lock. */
final class Endings {
    static final int QUARANTINE_LOSSES = 3;

    private final Kernel kernel;
    private final Needs needs;

    Endings(Kernel kernel, Needs needs) {
        this.kernel = kernel;
        this.needs = needs;
    }

    @Nullable ProviderPolicy policy(Account account) {
        PolicyDoc doc = kernel.view().policies().doc(account.provider());
        return doc == null ? null : doc.policy();
    }

    /**
     * Whether what a session's bookings need is in the view; if not, it is read first: another host may have made it
     * since the last refresh.
     */
    boolean loaded(Decision decision, Session session) {
        boolean account = kernel.view().accounts().has(session.account());
        boolean policy = kernel.view().policies().has(session.about().provider());
        if (!account) {
            decision.fetch(Account.key(session.account()));
        }
        if (!policy) {
            decision.fetch(PolicyDoc.key(session.about().provider()));
        }
        return account && policy;
    }

    /** How long a lease ran, as the worker says within what was seen here. */
    long ran(LiveSession session, SessionHold hold, long workerSays) {
        Slot slot = session.slot(hold.id());
        if (slot == null) {
            return Math.max(0, workerSays);
        }
        long most = Math.max(0, kernel.time().tick() - slot.startTick());
        long least = hold.open()
                ? Math.max(0, Math.min(most, session.provenTick(slot) - slot.startTick()))
                : hold.chargedMillis();
        return Math.max(least, Math.min(most, workerSays));
    }

    /**
     * Frees a slot and books what its lease used. A hold whose lease had expired books only what came after.
     *
     * @param ran how long it ran in all
     */
    void free(Decision decision, LiveSession session, SessionHold hold, long ran) {
        Session doc = session.session();
        decision.put(session.entry(), doc.without(hold.id()));
        bookEnd(decision, session.account(kernel.view()), hold, ran);
        shorten(decision, session);
    }

    /** The worker of an ended session tells how long its expired lease ran: the time since its last beat is booked. */
    void freeEnded(Decision decision, Entry<Session> ended, SessionHold hold, long workerSays) {
        Session session = ended.get();
        boolean over = session.state() == Session.Phase.STOPPED;
        long most = (over ? session.endedAt() : kernel.time().wall()) - hold.startedAt();
        long ran = Math.max(hold.chargedMillis(), Math.min(most, workerSays));
        decision.put(ended, session.without(hold.id()));
        bookEnd(decision, kernel.view().accounts().find(session.account()), hold, ran);
    }

    private void bookEnd(Decision decision, @Nullable Entry<Account> account, SessionHold hold, long ran) {
        ProviderPolicy policy = account == null ? null : policy(account.get());
        if (account == null || policy == null) {
            return;
        }
        if (hold.open()) {
            decision.put(account, Metering.settle(account.get(), policy, hold.id(), hold.startedAt() + ran));
        } else {
            decision.put(
                    account,
                    Metering.late(
                            account.get(), policy, hold.startedAt() + hold.chargedMillis(), hold.startedAt() + ran));
        }
    }

    /** Books the difference for a lease whose session is gone. */
    void bookLate(Decision decision, Lease lease, long ran) {
        Entry<Account> account = kernel.view().accounts().find(lease.account());
        ProviderPolicy policy = account == null ? null : policy(account.get());
        if (account != null && policy != null) {
            decision.put(
                    account,
                    Metering.late(
                            account.get(), policy, lease.startedAt() + lease.chargedMillis(), lease.startedAt() + ran));
        }
    }

    /** What a metered session no longer needs is given back. */
    private void shorten(Decision decision, LiveSession session) {
        Session doc = session.session();
        Entry<Account> account = session.account(kernel.view());
        ProviderPolicy policy = account == null ? null : policy(account.get());
        if (account == null || policy == null || !Metering.bySession(policy)) {
            return;
        }
        long now = session.wall(kernel.time().tick());
        long end = now + policy.idleAllowance().toMillis();
        for (SessionHold hold : doc.holds()) {
            if (hold.open()) {
                return;
            }
        }
        decision.put(account, Metering.shorten(account.get(), policy, doc.id(), now, end));
    }

    /**
     * Ends a lease for its worker's silence or its session's end: settled to where its use is proven, the job requeued
     * from its newest committed checkpoint with its old age, or set aside.
     *
     * @param provenTick until when it is known to have run
     * @param planned whether the end was planned, which speaks against nobody
     * @param counts whether the loss may speak against the job
     * @param keepSlot whether the slot stays taken until the worker confirms
     */
    void expire(
            Decision decision,
            LiveSession session,
            SessionHold hold,
            long provenTick,
            boolean planned,
            boolean counts,
            boolean keepSlot) {
        Slot slot = session.slot(hold.id());
        long charged = Math.max(booked(session, hold), slot == null ? 0 : provenTick - slot.startTick());
        Entry<Job> entry = kernel.view().jobs().find(hold.jobId());
        if (entry != null) {
            decision.check(entry);
            if (runsAs(entry.get(), hold)) {
                requeue(decision, entry, session, charged, planned, counts);
            }
        }
        if (keepSlot) {
            decision.put(session.entry(), session.session().ending(hold.id(), "STOPPED"));
        } else {
            decision.put(session.entry(), session.session().expired(hold.id(), charged));
            bookEnd(decision, session.account(kernel.view()), hold, charged);
        }
    }

    /** How much of a lease was booked before it was taken up again. */
    private long booked(LiveSession session, SessionHold hold) {
        Account account = kernel.view().accounts().doc(session.session().account());
        Hold held = account == null ? null : account.ledger().hold(hold.id());
        return held == null ? 0 : Math.max(0, held.from() - hold.startedAt());
    }

    /** Whether a job still runs under a hold's lease. */
    static boolean runsAs(Job job, SessionHold hold) {
        return job.running() && job.lease() != null && job.issued().leaseId().equals(hold.id());
    }

    private void requeue(
            Decision decision, Entry<Job> entry, LiveSession session, long charged, boolean planned, boolean counts) {
        Job job = entry.get();
        long now = kernel.time().wall();
        Loss loss = planned ? null : new Loss(session.worker(), now, job.step(), counts, false);
        Job next = job.requeued("EXPIRED", charged, needs.of(job), loss);
        List<String> culprits = row(next);
        if (loss != null && culprits.size() >= QUARANTINE_LOSSES) {
            String message = "took down " + culprits + " in a row without a newer checkpoint between";
            Ending end = new Ending("QUARANTINED", message, now);
            decision.put(entry, job.quarantined("EXPIRED", charged, loss, end));
            decision.act(() -> kernel.emit(PoolEvent.Type.JOB_QUARANTINED, job.id(), session.worker(), "", message));
        } else {
            decision.put(entry, next);
            decision.act(() -> kernel.emit(
                    PoolEvent.Type.JOB_REQUEUED,
                    job.id(),
                    session.worker(),
                    job.issued().account(),
                    planned ? "its session ended" : "its worker was lost"));
        }
    }

    /** The different workers of the newest losses in a row that count and have no newer checkpoint between them. */
    private static List<String> row(Job job) {
        List<Loss> losses =
                job.losses().stream().filter(loss -> !loss.environment()).toList();
        java.util.LinkedHashSet<String> workers = new java.util.LinkedHashSet<>();
        for (int i = losses.size() - 1;
                i >= 0 && losses.get(i).counts() && losses.get(i).step() == job.step();
                i--) {
            workers.add(losses.get(i).worker());
        }
        return List.copyOf(workers);
    }

    /** A job whose loss turned out to be shared is not to be blamed for it. */
    void excuse(Decision decision, Entry<Job> entry) {
        Job job = entry.get();
        if (!job.state().isFinal()) {
            Job excused = job.excused();
            if (!excused.losses().equals(job.losses())) {
                decision.put(entry, excused);
            }
        }
    }
}
