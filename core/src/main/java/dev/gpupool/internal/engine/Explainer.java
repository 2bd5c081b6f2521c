package dev.gpupool.internal.engine;

import dev.gpupool.JobState;
import dev.gpupool.Requirements;
import dev.gpupool.internal.ledger.Hold;
import dev.gpupool.internal.ledger.QuotaMath;
import dev.gpupool.internal.ledger.WindowUse;
import dev.gpupool.internal.record.Account;
import dev.gpupool.internal.record.Job;
import dev.gpupool.internal.record.PolicyDoc;
import dev.gpupool.internal.record.Session;
import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.status.Explanation;
import dev.gpupool.status.Reason;
import dev.gpupool.status.Reason.Code;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says why a job waits, worker by worker, and when time alone would place it. The caller holds the pool's lock. */
final class Explainer {
    private static final long NEVER = Long.MAX_VALUE;

    private final Kernel kernel;
    private final Fleet fleet;
    private final JobQueue queue;
    private final Needs needs;

    Explainer(Kernel kernel, Fleet fleet, JobQueue queue, Needs needs) {
        this.kernel = kernel;
        this.fleet = fleet;
        this.queue = queue;
        this.needs = needs;
    }

    Explanation job(Job job) {
        List<Reason> reasons = new ArrayList<>();
        if (job.state() == JobState.DELAYED) {
            Instant due = Instant.ofEpochMilli(job.dueAt());
            reasons.add(new Reason(Code.BACKOFF, "", "", "", due, "wait for its next try"));
        } else if (job.state() != JobState.QUEUED) {
            reasons.add(new Reason(Code.NOT_PENDING, "", "", job.state().name(), null, ""));
            return new Explanation(job.id(), reasons, null);
        }
        if (kernel.outage().on()) {
            reasons.add(new Reason(Code.STORAGE_DOWN, "", "", "", null, "bring the storage back"));
        }
        JobQueue.ClassQueue waiting = queue.classOf(job);
        if (waiting != null && waiting.heldUntil() > kernel.time().tick()) {
            reasons.add(held(waiting));
        }
        List<LiveSession> sessions = fleet.sessions();
        if (sessions.isEmpty()) {
            reasons.add(new Reason(Code.NO_WORKER, "", "1 worker", "0", null, "start a worker"));
        }
        sessions.forEach(session -> reasons.add(of(session, job)));
        return new Explanation(job.id(), List.copyOf(reasons), instant(earliest(job)));
    }

    private Reason held(JobQueue.ClassQueue waiting) {
        if (waiting.heldUntil() == NEVER) {
            return new Reason(Code.SELECTOR_DECLINED, "", "", "", null, "change the fleet, or the selector");
        }
        long at = kernel.time().wall() + waiting.heldUntil() - kernel.time().tick();
        return new Reason(Code.SELECTOR_FAILED, "", "", "", Instant.ofEpochMilli(at), "mend the selector");
    }

    private static @Nullable Instant instant(long wall) {
        return wall == NEVER ? null : Instant.ofEpochMilli(wall);
    }

    /** When time alone would place a job, by wall clock; {@link Long#MAX_VALUE} if it will not. */
    long earliest(Job job) {
        long best = NEVER;
        if (kernel.outage().on()) {
            return best;
        }
        long from = kernel.time().wall();
        if (job.state() == JobState.DELAYED) {
            from = Math.max(from, job.dueAt());
        }
        JobQueue.ClassQueue waiting = queue.classOf(job);
        if (waiting != null && waiting.heldUntil() > kernel.time().tick()) {
            if (waiting.heldUntil() == NEVER) {
                return best;
            }
            from = Math.max(
                    from,
                    kernel.time().wall() + waiting.heldUntil() - kernel.time().tick());
        }
        for (LiveSession live : fleet.sessions()) {
            if (obstacle(live, job) == null) {
                best = Math.min(best, earliest(live, job, from));
            }
        }
        return best;
    }

    private long earliest(LiveSession live, Job job, long from) {
        Account account = kernel.view().accounts().doc(live.session().account());
        ProviderPolicy policy = policy(live.session());
        if (account == null || policy == null) {
            return NEVER;
        }
        long need = job.needMillis();
        long at;
        if (Metering.bySession(policy)) {
            at = Metering.fits(account, policy, live.session().id(), from, need, stopLead(job)) ? from : NEVER;
        } else {
            at = QuotaMath.earliestFit(account.ledger(), account.limits(policy), from, need, 0);
        }
        long wall = kernel.time().wall();
        long drain = live.stopTick() == NEVER ? NEVER : live.stopTick() - needs.lead(live.session());
        long atTick = at == NEVER ? NEVER : kernel.time().tick() + at - wall;
        boolean inTime =
                at != NEVER && (live.stopTick() == NEVER || (live.stopTick() - atTick >= need && atTick < drain));
        return inTime ? at : NEVER;
    }

    private long stopLead(Job job) {
        return job.spec().resumable() ? 0 : needs.lead(job.spec().checkpointMillis());
    }

    private @Nullable ProviderPolicy policy(Session session) {
        PolicyDoc doc = kernel.view().policies().doc(session.about().provider());
        return doc == null ? null : doc.policy();
    }

    private Reason of(LiveSession live, Job job) {
        Reason obstacle = obstacle(live, job);
        if (obstacle != null) {
            return obstacle;
        }
        String worker = live.worker();
        long left = live.stopTick() == NEVER
                ? NEVER
                : live.stopTick() - kernel.time().tick();
        if (left < job.needMillis()) {
            return new Reason(
                    Code.SESSION_TIME,
                    worker,
                    text(job.needMillis()),
                    text(left),
                    null,
                    "start a new session of " + worker + ", or make the job resumable or shorter");
        }
        Account account = kernel.view().accounts().doc(live.session().account());
        ProviderPolicy policy = policy(live.session());
        if (account == null || policy == null) {
            return new Reason(
                    Code.PROVIDER,
                    worker,
                    "a known policy",
                    live.session().about().provider(),
                    null,
                    "add the policy");
        }
        WindowUse use = QuotaMath.use(
                account.ledger(), account.limits(policy), kernel.time().wall());
        return new Reason(
                Code.QUOTA,
                account.id(),
                text(job.needMillis()),
                text(use.free()),
                instant(earliest(live, job, kernel.time().wall())),
                "wait for the window's reset, raise the margin or the allowance, or add an account");
    }

    /** What keeps a worker from taking a job that time alone does not remove. */
    private @Nullable Reason obstacle(LiveSession live, Job job) {
        Session session = live.session();
        String worker = live.worker();
        Requirements asked = job.spec().requirements();
        if (!session.tenant().isEmpty() && !session.tenant().equals(job.tenant())) {
            return new Reason(
                    Code.OTHER_TENANT,
                    worker,
                    job.tenant(),
                    session.tenant(),
                    null,
                    "add a worker of the tenant or of the pool");
        }
        if (!capability(session).handles(job.spec().handler())) {
            return new Reason(
                    Code.HANDLER,
                    worker,
                    job.spec().handler(),
                    session.about().handlers().toString(),
                    null,
                    "add a worker with the handler");
        }
        if (asked.provider() != null && !asked.provider().equals(session.about().provider())) {
            return new Reason(
                    Code.PROVIDER,
                    worker,
                    asked.provider(),
                    session.about().provider(),
                    null,
                    "add a worker of the provider");
        }
        if (!capability(session).meets(withoutLabels(asked))) {
            return new Reason(
                    Code.DEVICES,
                    worker,
                    devices(asked),
                    session.about().devices().toString(),
                    null,
                    "add a worker with such devices");
        }
        if (!capability(session).meets(asked)) {
            return new Reason(
                    Code.LABELS,
                    worker,
                    asked.labels().toString(),
                    session.about().labels().toString(),
                    null,
                    "add a worker with the labels");
        }
        return unavailable(live);
    }

    private @Nullable Reason unavailable(LiveSession live) {
        Session session = live.session();
        String worker = live.worker();
        Account account = kernel.view().accounts().doc(session.account());
        if (account != null && account.pending()) {
            return new Reason(Code.ACCOUNT_PENDING, account.id(), "", "", null, "accounts().admit(...)");
        }
        if (!fleet.mine(live)) {
            return new Reason(Code.OTHER_HOST, worker, "", session.host(), null, "wait for that host to place it");
        }
        if (live.suspect()) {
            return new Reason(Code.SUSPECT, worker, "", "", null, "a sign of life");
        }
        if (session.state() != Session.Phase.ACCEPTING) {
            return new Reason(Code.DRAINING, worker, "", session.drainReason(), null, "start a new session");
        }
        if (session.freeSlots() <= 0) {
            return new Reason(Code.BUSY, worker, "1 slot", "0", null, "wait for a job of " + worker + " to end");
        }
        return live.claims().isEmpty()
                ? new Reason(Code.NO_CLAIM, worker, "a claim", "none", null, "the worker must ask for work")
                : null;
    }

    private Capability capability(Session session) {
        return new Capability(
                session.tenant(),
                session.about(),
                new dev.gpupool.internal.ledger.QuotaLimits(1, 1, dev.gpupool.quota.QuotaWindow.none()));
    }

    private static Requirements withoutLabels(Requirements asked) {
        return new Requirements(
                asked.provider(),
                asked.gpuModel(),
                asked.memoryMib(),
                asked.devices(),
                java.util.Collections.emptyMap());
    }

    private static String devices(Requirements asked) {
        return Math.max(1, asked.devices()) + " x " + (asked.gpuModel() == null ? "any model" : asked.gpuModel())
                + " with " + asked.memoryMib() + " MiB";
    }

    private static String text(long millis) {
        return millis == NEVER ? "no end" : Duration.ofMillis(millis).toString();
    }

    /** Why a worker is idle or unsafe. */
    Explanation worker(String name, @Nullable LiveSession live) {
        if (live == null) {
            return new Explanation(
                    name,
                    List.of(new Reason(Code.OFFLINE, name, "a live session", "none", null, "start the worker")),
                    null);
        }
        List<Reason> reasons = new ArrayList<>();
        Reason obstacle = unavailable(live);
        if (obstacle != null) {
            reasons.add(obstacle);
        }
        Account account = kernel.view().accounts().doc(live.session().account());
        ProviderPolicy policy = policy(live.session());
        if (account != null && policy != null) {
            addQuota(reasons, account, policy, live);
        }
        if (reasons.isEmpty()) {
            reasons.add(new Reason(Code.NO_JOB, name, "", "", null, "submit a job that fits"));
        }
        Instant first = reasons.size() == 1 ? reasons.get(0).earliest() : null;
        return new Explanation(name, List.copyOf(reasons), first);
    }

    private void addQuota(List<Reason> reasons, Account account, ProviderPolicy policy, LiveSession live) {
        WindowUse use = QuotaMath.use(
                account.ledger(), account.limits(policy), kernel.time().wall());
        Hold meter = account.ledger().hold(live.session().id());
        if (use.free() == 0 && meter == null) {
            reasons.add(new Reason(
                    Code.QUOTA,
                    account.id(),
                    "more than 0",
                    "0",
                    instant(use.end()),
                    "wait for the window's reset, or raise the margin or the allowance"));
        }
    }
}
