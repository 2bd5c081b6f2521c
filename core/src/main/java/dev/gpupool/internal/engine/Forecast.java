package dev.gpupool.internal.engine;

import dev.gpupool.JobState;
import dev.gpupool.internal.ledger.Hold;
import dev.gpupool.internal.ledger.QuotaMath;
import dev.gpupool.internal.record.Account;
import dev.gpupool.internal.record.Job;
import dev.gpupool.internal.record.PolicyDoc;
import dev.gpupool.internal.record.Session;
import dev.gpupool.internal.select.Fit;
import dev.gpupool.internal.select.WorkerNode;
import dev.gpupool.quota.ProviderPolicy;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Says when time alone lets a session take a job. Instants are by wall clock, in epoch milliseconds. The caller holds
 * the pool's lock.
 */
final class Forecast {
    static final long NEVER = Long.MAX_VALUE;

    private final Kernel kernel;
    private final Fleet fleet;
    private final JobQueue queue;
    private final Needs needs;

    Forecast(Kernel kernel, Fleet fleet, JobQueue queue, Needs needs) {
        this.kernel = kernel;
        this.fleet = fleet;
        this.queue = queue;
        this.needs = needs;
    }

    /** When the first job of a class could be placed, as far as the sessions with open claims say. */
    long soonest(Job job, ClassQueue jobs) {
        long best = NEVER;
        long now = kernel.time().wall();
        long minEnd = kernel.time().tick() + job.needMillis();
        Iterator<WorkerNode<LiveSession>> open =
                fleet.claims().candidates(jobs.matches(fleet, job), minEnd, cls -> 0, node -> Fit.FITS);
        while (open.hasNext()) {
            LiveSession live = open.next().owner();
            best = Math.min(best, on(live, account(live), job, now));
        }
        return best;
    }

    /** When a job would be placed if it were the only one that waits; {@link #NEVER} if time alone will not do it. */
    long alone(Job job) {
        long from = from(job);
        long best = NEVER;
        for (LiveSession live : fleet.sessions()) {
            if (from != NEVER && takes(live, job)) {
                best = Math.min(best, on(live, account(live), job, from));
            }
        }
        return best;
    }

    /** From when a job may be placed as far as the job, its selector and the storage are concerned. */
    long from(Job job) {
        if (kernel.outage().on()) {
            return NEVER;
        }
        long now = kernel.time().wall();
        long from = job.state() == JobState.DELAYED ? Math.max(now, job.dueAt()) : now;
        ClassQueue waiting = queue.classOf(job);
        if (waiting == null || waiting.heldUntil() <= kernel.time().tick()) {
            return from;
        }
        return waiting.heldUntil() == NEVER ? NEVER : Math.max(from, wall(waiting.heldUntil()));
    }

    long wall(long tick) {
        return kernel.time().wall() + tick - kernel.time().tick();
    }

    private long tick(long wall) {
        return kernel.time().tick() + wall - kernel.time().wall();
    }

    /** Whether a session asks for work and can take such a job: all that time does not change by itself. */
    boolean takes(LiveSession live, Job job) {
        WorkerNode<LiveSession> node = live.claimNode();
        Capability capability = live.capability();
        return node != null
                && node.isOpen()
                && capability != null
                && capability.takes(
                        job.tenant(), job.spec().handler(), job.spec().requirements());
    }

    @Nullable Account account(LiveSession live) {
        Entry<Account> account = live.account(kernel.view());
        return account == null ? null : account.get();
    }

    @Nullable ProviderPolicy policy(Session session) {
        PolicyDoc doc = kernel.view().policies().doc(session.about().provider());
        return doc == null ? null : doc.policy();
    }

    /** When the time that is left of a session and the quota of its account first hold a job. */
    long on(LiveSession live, @Nullable Account account, Job job, long from) {
        ProviderPolicy policy = policy(live.session());
        if (account == null || policy == null) {
            return NEVER;
        }
        long at;
        if (Metering.bySession(policy)) {
            at = metered(live, account, policy, job, from);
        } else {
            at = QuotaMath.earliestFit(account.ledger(), account.limits(policy), from, job.needMillis(), 0);
        }
        return at != NEVER && inTime(live, job, at) ? at : NEVER;
    }

    /** Whether a session still takes work at an instant, and lasts for a job from then on. */
    boolean inTime(LiveSession live, Job job, long at) {
        long stop = live.stopTick();
        return stop == NEVER || (stop - tick(at) >= job.needMillis() && tick(at) < stop - needs.lead(live.session()));
    }

    /** An idle metered session burns what it has: waiting helps only for a new window to begin. */
    private long metered(LiveSession live, Account account, ProviderPolicy policy, Job job, long from) {
        if (held(live, account, policy, job, from)) {
            return from;
        }
        long reset =
                QuotaMath.use(account.ledger(), account.limits(policy), from).end();
        return reset != NEVER && held(live, account, policy, job, reset) ? reset : NEVER;
    }

    /** It drains when its quota is at an end. */
    private boolean held(LiveSession live, Account account, ProviderPolicy policy, Job job, long from) {
        String session = live.session().id();
        return Metering.fits(account, policy, session, own(live, from), job.needMillis(), stopLead(job))
                && (from == kernel.time().wall() || from < quotaDrain(live, account, policy));
    }

    /** An instant on the clock by which a session is metered. */
    long own(LiveSession live, long wall) {
        return live.wall(tick(wall));
    }

    private long quotaDrain(LiveSession live, Account account, ProviderPolicy policy) {
        Hold meter = account.ledger().hold(live.session().id());
        long cap = live.stopTick() == NEVER ? NEVER : live.wall(live.stopTick());
        if (meter == null || meter.to() >= cap) {
            return NEVER;
        }
        long end = QuotaMath.fitsUntil(account.ledger(), account.limits(policy), meter.from(), cap, meter.id(), 0);
        long last = wall(live.tickOf(Math.max(meter.to(), end)));
        return end >= cap ? NEVER : last - needs.lead(live.session()) - kernel.heartbeatMillis();
    }

    /** Whether a new session of the same worker would find the quota for a job. */
    boolean freshSessionHolds(LiveSession live, Account account, ProviderPolicy policy, Job job) {
        long now = kernel.time().wall();
        boolean metered = Metering.bySession(policy);
        Account after = metered ? Metering.end(account, policy, live.session().id(), own(live, now)) : account;
        long to = now + job.needMillis() + (metered ? stopLead(job) : 0);
        return QuotaMath.fits(after.ledger(), account.limits(policy), now, to, null, 0);
    }

    /** Under a session meter a job that cannot resume leaves the time to end the session behind it. */
    long stopLead(Job job) {
        return job.spec().resumable() ? 0 : needs.lead(job.spec().checkpointMillis());
    }
}
