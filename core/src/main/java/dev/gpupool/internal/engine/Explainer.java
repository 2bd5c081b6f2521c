package dev.gpupool.internal.engine;

import dev.gpupool.JobState;
import dev.gpupool.internal.ledger.Hold;
import dev.gpupool.internal.ledger.QuotaMath;
import dev.gpupool.internal.record.Account;
import dev.gpupool.internal.record.Job;
import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.status.Explanation;
import dev.gpupool.status.Reason;
import dev.gpupool.status.Reason.Code;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says why a job waits or a worker gets none, and when time alone changes it. The caller holds the pool's lock. */
final class Explainer {
    private static final int MOST_NAMED = 100;

    private final Kernel kernel;
    private final Fleet fleet;
    private final JobQueue queue;
    private final Forecast forecast;
    private final Obstacles obstacles;
    private final Rehearsal rehearsal;

    Explainer(Kernel kernel, Fleet fleet, JobQueue queue, Forecast forecast) {
        this.kernel = kernel;
        this.fleet = fleet;
        this.queue = queue;
        this.forecast = forecast;
        this.obstacles = new Obstacles(kernel, fleet, forecast);
        this.rehearsal = new Rehearsal(kernel, fleet, queue, forecast);
    }

    /** Why a job waits. */
    Explanation job(Job job) {
        List<Reason> reasons = new ArrayList<>();
        if (job.state() == JobState.DELAYED) {
            reasons.add(delayed(job));
        } else if (job.state() != JobState.QUEUED) {
            return new Explanation(job.id(), List.of(notPending(job.state())), null);
        }
        addOutage(reasons);
        ClassQueue waiting = queue.classOf(job);
        if (waiting != null && waiting.heldUntil() > kernel.time().tick()) {
            reasons.add(held(waiting, "", forecast));
        }
        addPendingAccounts(reasons, job);
        List<LiveSession> sessions = fleet.sessions();
        if (sessions.isEmpty()) {
            reasons.add(noWorker());
        }
        long from = forecast.from(job);
        long asked = from == Forecast.NEVER ? kernel.time().wall() : from;
        sessions.forEach(session -> reasons.addAll(obstacles.of(session, job, asked)));
        Rehearsal.Turn turn = rehearsal.of(job);
        if (!turn.before().isEmpty()) {
            reasons.add(before(turn));
        }
        return new Explanation(job.id(), List.copyOf(reasons), instant(turn.at()));
    }

    private void addOutage(List<Reason> reasons) {
        if (kernel.outage().on()) {
            reasons.add(storageDown());
        }
    }

    static Reason delayed(Job job) {
        Instant due = Instant.ofEpochMilli(job.dueAt());
        return new Reason(Code.BACKOFF, "", "", "", due, "wait for its next try");
    }

    /** A job that neither waits nor is about to: it has no start to come. */
    static Reason notPending(JobState state) {
        return new Reason(Code.NOT_PENDING, "", "", state.name(), null, "");
    }

    static Reason storageDown() {
        return new Reason(Code.STORAGE_DOWN, "", "", "", null, "bring the storage back");
    }

    static Reason noWorker() {
        return new Reason(Code.NO_WORKER, "", "1 worker", "0", null, "start a worker that fits");
    }

    /** The host's selector is not asked now. */
    static Reason held(ClassQueue waiting, String worker, Forecast forecast) {
        if (waiting.heldUntil() == Forecast.NEVER) {
            return new Reason(Code.SELECTOR_DECLINED, worker, "", "", null, "change the fleet, or the selector");
        }
        Instant again = Instant.ofEpochMilli(forecast.wall(waiting.heldUntil()));
        return new Reason(Code.SELECTOR_FAILED, worker, "", "", again, "mend the selector");
    }

    /** A worker whose account is not admitted has no session of which there were more to say. */
    private void addPendingAccounts(List<Reason> reasons, Job job) {
        for (Entry<Account> entry : kernel.view().accounts().all()) {
            Account account = entry.current();
            if (account != null && account.pending() && Statuses.visible(account.tenant(), job.tenant())) {
                String change = "accounts().admit(...), and let its worker register again";
                reasons.add(new Reason(Code.ACCOUNT_PENDING, account.id(), "admission", "none", null, change));
            }
        }
    }

    private static Reason before(Rehearsal.Turn turn) {
        List<String> ids = turn.before();
        String named = String.join(", ", ids.subList(0, Math.min(MOST_NAMED, ids.size())));
        String more = ids.size() > MOST_NAMED ? " and " + (ids.size() - MOST_NAMED) + " more" : "";
        return new Reason(
                Code.JOBS_BEFORE,
                "",
                "its turn",
                ids.size() + " jobs come first",
                instant(turn.at()),
                "cancel " + named + more + ", or add a worker that fits");
    }

    private static @Nullable Instant instant(long wall) {
        return wall == Forecast.NEVER ? null : Instant.ofEpochMilli(wall);
    }

    /** Why a worker is idle or unsafe. */
    Explanation worker(String name, @Nullable LiveSession live) {
        if (live == null) {
            Reason offline = new Reason(Code.OFFLINE, name, "a live session", "none", null, "start the worker");
            return new Explanation(name, List.of(offline), null);
        }
        List<Reason> reasons = new ArrayList<>();
        addOutage(reasons);
        reasons.addAll(obstacles.unavailable(live));
        addQuota(reasons, live);
        if (reasons.isEmpty()) {
            addHeld(reasons, live);
        }
        if (reasons.isEmpty()) {
            reasons.add(new Reason(Code.NO_JOB, name, "a job that fits", "none", null, "submit a job that fits"));
        }
        Instant first = reasons.size() == 1 ? reasons.get(0).earliest() : null;
        return new Explanation(name, List.copyOf(reasons), first);
    }

    /** Jobs that would fit may wait for the host's selector. */
    private void addHeld(List<Reason> reasons, LiveSession live) {
        for (ClassQueue jobs : queue.heads().values()) {
            Job head = kernel.view().jobs().doc(jobs.covered().first().id());
            long now = kernel.time().wall();
            boolean fits = head != null
                    && jobs.heldUntil() > kernel.time().tick()
                    && forecast.takes(live, head)
                    && forecast.on(live, forecast.account(live), head, now) == now;
            if (fits) {
                reasons.add(held(jobs, live.worker(), forecast));
            }
        }
    }

    private void addQuota(List<Reason> reasons, LiveSession live) {
        Account account = forecast.account(live);
        ProviderPolicy policy = forecast.policy(live.session());
        if (account == null || policy == null) {
            return;
        }
        long now = kernel.time().wall();
        Hold meter = account.ledger().hold(live.session().id());
        if (meter == null
                && QuotaMath.use(account.ledger(), account.limits(policy), now).free() == 0) {
            long at = QuotaMath.earliestFit(account.ledger(), account.limits(policy), now, 1, 0);
            String change = "raise the margin or the allowance of " + account.id();
            reasons.add(new Reason(Code.QUOTA, account.id(), "more than 0", "0", instant(at), change));
        }
    }
}
