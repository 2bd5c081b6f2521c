package dev.gpupool.internal.engine;

import dev.gpupool.Requirements;
import dev.gpupool.internal.ledger.QuotaMath;
import dev.gpupool.internal.record.Account;
import dev.gpupool.internal.record.Job;
import dev.gpupool.internal.record.Session;
import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.status.Reason;
import dev.gpupool.status.Reason.Code;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What keeps one session from taking one job. The caller holds the pool's lock.
 *
 * <ol>
 *   <li>What no event on the worker can change (owner, handler, provider, devices, labels, a session that is too short
 *       even when it is new) stands alone: the remedy is another worker.
 *   <li>Otherwise every obstacle is named: the job is placed there once all of them are gone.
 * </ol>
 */
final class Obstacles {
    private final Kernel kernel;
    private final Fleet fleet;
    private final Forecast forecast;

    Obstacles(Kernel kernel, Fleet fleet, Forecast forecast) {
        this.kernel = kernel;
        this.fleet = fleet;
        this.forecast = forecast;
    }

    /**
     * Why a session does not take a job.
     *
     * @param from from when the job may be placed
     */
    List<Reason> of(LiveSession live, Job job, long from) {
        Reason lasting = lasting(live, job);
        if (lasting != null) {
            return List.of(lasting);
        }
        List<Reason> reasons = new ArrayList<>(unavailable(live));
        boolean draining = live.session().state() != Session.Phase.ACCEPTING;
        boolean fresh = draining || !forecast.inTime(live, job, from);
        if (fresh && !draining) {
            reasons.add(tooShort(live, job, from));
        }
        addQuota(reasons, live, job, from, fresh);
        return reasons;
    }

    private @Nullable Reason lasting(LiveSession live, Job job) {
        Session session = live.session();
        Session.About about = session.about();
        Requirements asked = job.spec().requirements();
        Capability capability = new Capability(session.tenant(), about, Capability.ANY_LIMITS);
        if (!capability.ownedBy(job.tenant())) {
            return lasting(Code.OTHER_TENANT, live, job.tenant(), session.tenant(), "of the tenant or of the pool");
        }
        String handler = job.spec().handler();
        if (!capability.handles(handler)) {
            return lasting(Code.HANDLER, live, handler, about.handlers().toString(), "with the handler");
        }
        String provider = asked.provider();
        if (provider != null && !provider.equals(about.provider())) {
            return lasting(Code.PROVIDER, live, provider, about.provider(), "of the provider");
        }
        if (!capability.meets(withoutLabels(asked))) {
            String devices = about.devices().toString();
            return lasting(Code.DEVICES, live, devices(asked), devices, "with such devices");
        }
        if (!capability.meets(asked)) {
            String labels = asked.labels().toString();
            return lasting(Code.LABELS, live, labels, about.labels().toString(), "with the labels");
        }
        ProviderPolicy policy = forecast.policy(session);
        Duration usable = policy == null ? null : policy.usableSession();
        if (usable != null && usable.toMillis() < job.needMillis()) {
            return lasting(Code.SESSION_TIME, live, text(job.needMillis()), usable.toString(), "with longer sessions");
        }
        return null;
    }

    private static Reason lasting(Code code, LiveSession live, String need, String have, String wanted) {
        return new Reason(code, live.worker(), need, have, null, "add a worker " + wanted);
    }

    /** Why a session takes no work at all. */
    List<Reason> unavailable(LiveSession live) {
        List<Reason> reasons = new ArrayList<>();
        Session session = live.session();
        String worker = live.worker();
        boolean mine = fleet.mine(live);
        if (!mine) {
            String change = "let " + worker + " beat and claim here, or let that host place the job";
            reasons.add(new Reason(Code.OTHER_HOST, worker, fleet.hostId(), session.host(), null, change));
        }
        if (mine && live.suspect()) {
            String silence = text(live.silence(kernel.time().tick()));
            String allowed = "silent for less than " + kernel.settings().suspectAfter();
            reasons.add(new Reason(Code.SUSPECT, worker, allowed, silence, null, "let " + worker + " beat"));
        }
        if (session.state() != Session.Phase.ACCEPTING) {
            String change = "start a new session of " + worker;
            reasons.add(new Reason(Code.DRAINING, worker, "", session.drainReason(), null, change));
            return reasons;
        }
        if (session.freeSlots() <= 0) {
            String change = "wait for a job of " + worker + " to end, or cancel one";
            reasons.add(new Reason(Code.BUSY, worker, "1 slot", "0", null, change));
        }
        if (mine && live.claims().isEmpty()) {
            reasons.add(new Reason(Code.NO_CLAIM, worker, "a claim", "none", null, "let " + worker + " ask for work"));
        }
        return reasons;
    }

    private Reason tooShort(LiveSession live, Job job, long from) {
        String left = text(Math.max(0, forecast.wall(live.stopTick()) - from));
        String change = "start a new session of " + live.worker() + ", or submit the job as resumable or shorter";
        return new Reason(Code.SESSION_TIME, live.worker(), text(job.needMillis()), left, null, change);
    }

    private void addQuota(List<Reason> reasons, LiveSession live, Job job, long from, boolean fresh) {
        Account account = forecast.account(live);
        ProviderPolicy policy = forecast.policy(live.session());
        if (account == null || policy == null) {
            String provider = live.session().about().provider();
            reasons.add(new Reason(Code.PROVIDER, live.worker(), "a known policy", provider, null, "put the policy"));
            return;
        }
        long at = fresh ? Forecast.NEVER : forecast.on(live, account, job, from);
        boolean holds = fresh ? forecast.freshSessionHolds(live, account, policy, job) : at == from;
        if (!holds) {
            long free = QuotaMath.use(account.ledger(), account.limits(policy), from)
                    .free();
            boolean time = at != Forecast.NEVER && reasons.isEmpty();
            reasons.add(new Reason(
                    Code.QUOTA,
                    account.id(),
                    text(job.needMillis()),
                    text(free),
                    time ? Instant.ofEpochMilli(at) : null,
                    "raise the margin or the allowance of " + account.id() + ", or add an account"));
        }
    }

    private static Requirements withoutLabels(Requirements asked) {
        return new Requirements(
                asked.provider(), asked.gpuModel(), asked.memoryMib(), asked.devices(), Collections.emptyMap());
    }

    private static String devices(Requirements asked) {
        return Math.max(1, asked.devices()) + " x " + (asked.gpuModel() == null ? "any model" : asked.gpuModel())
                + " with " + asked.memoryMib() + " MiB";
    }

    static String text(long millis) {
        return millis == Forecast.NEVER ? "no end" : Duration.ofMillis(millis).toString();
    }
}
