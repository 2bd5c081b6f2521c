package dev.gpupool.internal.engine;

import dev.gpupool.PoolEvent;
import dev.gpupool.internal.ledger.HoldKind;
import dev.gpupool.internal.record.Account;
import dev.gpupool.internal.record.Job;
import dev.gpupool.internal.record.Lease;
import dev.gpupool.internal.record.PolicyDoc;
import dev.gpupool.internal.record.Session;
import dev.gpupool.internal.record.SessionHold;
import dev.gpupool.internal.select.Fit;
import dev.gpupool.internal.select.SelectionIndex;
import dev.gpupool.internal.select.WorkerNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Gives queued jobs to open claims, at the end of each turn. The caller holds the pool's lock.
 *
 * <ol>
 *   <li>The first job of each requirement class is tried, best first.
 *   <li>The selector picks among the claims that fit: capability, session time left, safe quota.
 *   <li>The lease is one changeset over job, session and account that checks the policy; the worker hears of it once it
 *       is durable.
 *   <li>A class whose first job fits nowhere is passed over until something changes.
 * </ol>
 */
final class Placement {
    private final Kernel kernel;
    private final Fleet fleet;
    private final JobQueue queue;
    private final Claims claims;
    private final SelectorRunner selector;
    private final Forecast forecast;
    private boolean waitingForSelector;

    Placement(Kernel kernel, Fleet fleet, JobQueue queue, Claims claims, SelectorRunner selector, Forecast forecast) {
        this.kernel = kernel;
        this.fleet = fleet;
        this.queue = queue;
        this.claims = claims;
        this.selector = selector;
        this.forecast = forecast;
    }

    /** Places what can be placed. */
    void run() {
        boolean fleetChanged = fleet.takeChanged();
        boolean queueChanged = queue.takeChanged();
        if (fleetChanged) {
            queue.release();
        }
        boolean nothingNew = !fleetChanged && !queueChanged && !selector.retry();
        if (nothingNew
                || waitingForSelector
                || queue.size() == 0
                || fleet.claims().openCount() == 0
                || kernel.outage().on()) {
            return;
        }
        round();
        // What this round changed is not news to the next one.
        fleet.takeChanged();
        queue.takeChanged();
    }

    private void round() {
        JobQueue.Place after = null;
        while (fleet.claims().openCount() > 0 && !waitingForSelector) {
            Map.Entry<JobQueue.Place, ClassQueue> head =
                    after == null ? queue.heads().firstEntry() : queue.heads().higherEntry(after);
            if (head == null) {
                return;
            }
            JobQueue.Place place = head.getKey();
            if (!place(place, head.getValue())) {
                after = place;
            }
        }
    }

    private boolean place(JobQueue.Place place, ClassQueue jobs) {
        Entry<Job> entry = kernel.view().jobs().find(place.id());
        if (entry == null) {
            return false;
        }
        Job job = entry.get();
        if (!selector.stock()) {
            return consult(entry, job, jobs);
        }
        WorkerNode<LiveSession> node = first(fleet.claims(), job, jobs);
        if (node == null) {
            wakeWhenTimeHelps(job, jobs);
            return false;
        }
        lease(entry, node.owner());
        return true;
    }

    /** Quota may come back with time alone: then the class is looked at again, to the millisecond. */
    private void wakeWhenTimeHelps(Job job, ClassQueue jobs) {
        long at = forecast.soonest(job, jobs);
        if (at != Forecast.NEVER) {
            jobs.wake(
                    kernel.deadlines(),
                    kernel.time().tick() + at - kernel.time().wall(),
                    fleet::markChanged);
        }
    }

    private @Nullable WorkerNode<LiveSession> first(SelectionIndex<LiveSession> index, Job job, ClassQueue jobs) {
        long need = job.needMillis();
        long minEnd = kernel.time().tick() + need;
        return index.first(jobs.matches(fleet, job), minEnd, cls -> 0, node -> fit(node.owner(), job));
    }

    /** Whether a session with an open claim can take a job now. */
    Fit fit(LiveSession session, Job job) {
        Session doc = session.session();
        if (doc.freeSlots() <= 0) {
            return Fit.SKIP_WORKER;
        }
        Entry<Account> account = session.account(kernel.view());
        Entry<PolicyDoc> policy = session.policy(kernel.view());
        if (account == null || policy == null) {
            return Fit.SKIP_WORKER;
        }
        boolean fits = Metering.fits(
                account.get(),
                policy.get().policy(),
                doc.id(),
                Metering.now(policy.get().policy(), session, kernel.time()),
                job.needMillis(),
                forecast.stopLead(job));
        if (fits) {
            return Fit.FITS;
        }
        return Metering.bySession(policy.get().policy()) ? Fit.SKIP_WORKER : Fit.SKIP_ACCOUNT;
    }

    private boolean consult(Entry<Job> entry, Job job, ClassQueue jobs) {
        if (jobs.heldUntil() > kernel.time().tick()) {
            return false;
        }
        if (first(fleet.claims(), job, jobs) == null) {
            // There is nothing to choose from: that is no word of the selector's.
            wakeWhenTimeHelps(job, jobs);
            return false;
        }
        long minEnd = kernel.time().tick() + job.needMillis();
        waitingForSelector = true;
        selector.ask(
                job,
                () -> fleet.claims()
                        .candidates(jobs.matches(fleet, job), minEnd, cls -> 0, node -> fit(node.owner(), job)),
                answer -> {
                    waitingForSelector = false;
                    answered(entry, job, jobs, answer);
                });
        return true;
    }

    @SuppressWarnings("ReferenceEquality") // the very record that was asked about, not an equal one
    private void answered(Entry<Job> entry, Job asked, ClassQueue jobs, SelectorRunner.Answer answer) {
        if (entry.current() == asked
                && kernel.view().jobs().find(asked.id()) == entry
                && answer.chosen() != null
                && fit(answer.chosen(), asked) == Fit.FITS
                && answer.chosen().claimNode() != null
                && answer.chosen().claimNode().isOpen()) {
            lease(entry, answer.chosen());
        } else {
            jobs.holdUntil(
                    answer.failed()
                            ? kernel.time().tick()
                                    + kernel.settings().selectorRetry().toMillis()
                            : Long.MAX_VALUE);
        }
        queue.markChanged();
    }

    private void lease(Entry<Job> entry, LiveSession session) {
        WorkerNode<LiveSession> node = session.claimNode();
        if (node != null) {
            fleet.claims().picked(node);
        }
        OpenClaim claim = session.claims().poll();
        if (claim == null) {
            throw new IllegalStateException("session " + session.session().id() + " has no open claim");
        }
        claim.close();
        kernel.decide(new Leasing(entry, session, claim), 1);
    }

    /** One lease, decided again if another host was first. */
    private final class Leasing implements Command {
        private final Entry<Job> entry;
        private final LiveSession session;
        private final OpenClaim claim;
        private final String leaseId;

        Leasing(Entry<Job> entry, LiveSession session, OpenClaim claim) {
            this.entry = entry;
            this.session = session;
            this.claim = claim;
            this.leaseId = LeaseIds.of(session.entry().key().id(), kernel.randomId());
        }

        @Override
        public void decide(Decision decision) {
            Job job = entry.current();
            Session doc = session.entry().current();
            if (job == null || doc == null || !stillGood(job, doc)) {
                claims.putBack(session, claim);
                return;
            }
            long now = kernel.time().wall();
            Entry<Account> account = kernel.view().accounts().entry(doc.account());
            Entry<PolicyDoc> policy = kernel.view().policies().entry(doc.about().provider());
            Lease lease = new Lease(
                    leaseId,
                    claim.claimId(),
                    doc.id(),
                    doc.worker(),
                    doc.account(),
                    now,
                    job.remainingLimit(),
                    job.usefulMillis(),
                    true,
                    "",
                    0);
            Job leased = job.leased(lease);
            decision.check(policy);
            decision.put(
                    account,
                    Metering.lease(
                            account.get(),
                            policy.get().policy(),
                            doc.id(),
                            leaseId,
                            HoldKind.JOB,
                            Metering.now(policy.get().policy(), session, kernel.time()),
                            job.needMillis(),
                            forecast.stopLead(job)));
            decision.check(account);
            decision.put(entry, leased);
            decision.put(
                    session.entry(),
                    doc.holding(SessionHold.lease(
                            leaseId,
                            job.id(),
                            leased.attempt(),
                            now,
                            session.age(kernel.time().tick()),
                            lease.limitMillis())));
            decision.act(() -> granted(leased, doc));
        }

        private boolean stillGood(Job job, Session doc) {
            return job.state() == dev.gpupool.JobState.QUEUED
                    && doc.state() == Session.Phase.ACCEPTING
                    && fleet.mine(session)
                    && !kernel.outage().on()
                    && session.stopTick() - kernel.time().tick() >= job.needMillis()
                    && fit(session, job) == Fit.FITS;
        }

        private void granted(Job leased, Session doc) {
            kernel.emit(
                    PoolEvent.Type.JOB_LEASED, leased.id(), doc.worker(), doc.account(), "attempt " + leased.attempt());
            claims.grant(session, claim, leased);
        }

        @Override
        public void refused(RuntimeException failure) {
            claims.putBack(session, claim);
        }
    }
}
