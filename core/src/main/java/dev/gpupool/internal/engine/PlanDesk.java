package dev.gpupool.internal.engine;

import dev.gpupool.internal.ledger.QuotaLimits;
import dev.gpupool.internal.ledger.QuotaMath;
import dev.gpupool.internal.planning.Spans;
import dev.gpupool.internal.record.Account;
import dev.gpupool.internal.record.PolicyDoc;
import dev.gpupool.internal.record.Session;
import dev.gpupool.internal.record.SessionHold;
import dev.gpupool.internal.record.Worker;
import dev.gpupool.planning.PlanAccount;
import dev.gpupool.planning.PlanOptions;
import dev.gpupool.planning.PlanRequest;
import dev.gpupool.planning.PlanRequestBuilder;
import dev.gpupool.planning.PlanWorker;
import dev.gpupool.planning.PlannedSession;
import dev.gpupool.planning.Target;
import dev.gpupool.quota.Metering;
import dev.gpupool.quota.ProviderPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Brings the pool's present state into a planner's request. */
final class PlanDesk {
    private final Kernel kernel;
    private final Fleet fleet;
    private final Sessions sessions;
    private final Tenants tenants;

    PlanDesk(Kernel kernel, Fleet fleet, Sessions sessions, Tenants tenants) {
        this.kernel = kernel;
        this.fleet = fleet;
        this.sessions = sessions;
        this.tenants = tenants;
    }

    Kernel kernel() {
        return kernel;
    }

    /**
     * The request as of now.
     *
     * @param options what is wanted
     * @param missed workers of which nothing is expected before an instant, beside those that the options say are away
     * @param begun until when sessions go on that were told to be started just now, by worker
     * @param previous sessions of an earlier plan
     * @return the request
     */
    PlanRequest request(
            PlanOptions options,
            Map<String, Instant> missed,
            Map<String, Instant> begun,
            List<PlannedSession> previous) {
        tenants.require(options.tenant());
        // The pool is held up while its state is read, but not while that is checked.
        return kernel.now(() -> read(options, missed, begun, previous)).build();
    }

    /** Whether there is still such a worker. */
    boolean knows(String name) {
        return kernel.now(() -> {
            Worker worker = kernel.view().workers().doc(name);
            return worker != null && !worker.removed();
        });
    }

    /** Whether a worker has a session now that takes work. */
    boolean online(String worker) {
        return kernel.now(() -> {
            LiveSession live = fleet.ofWorker(worker);
            return live != null && live.session().state() != Session.Phase.DRAINING;
        });
    }

    /** Drains a worker's session, if it has one. */
    void drain(String worker) {
        kernel.submit(decision -> {
            LiveSession live = fleet.ofWorker(worker);
            if (live != null) {
                sessions.drain(decision, live, "PLAN");
            }
        });
    }

    /** Whether a worker's session ends by itself before an instant. */
    boolean endsBy(String worker, Instant instant) {
        return kernel.now(() -> {
            LiveSession live = fleet.ofWorker(worker);
            return live == null || !end(live).isAfter(instant);
        });
    }

    /** When a session takes no work any more: a drain lead before it is stopped. */
    private Instant end(LiveSession live) {
        long stop = sessions.stopTick(live);
        long lead = kernel.settings().drainLead().toMillis();
        return stop == Long.MAX_VALUE
                ? Instant.ofEpochMilli(kernel.time().wall())
                        .plus(PlanRequest.MAX_LENGTH)
                        .plus(PlanRequest.MAX_LENGTH)
                : Instant.ofEpochMilli(kernel.time().wall()
                        + Math.max(0, stop - lead - kernel.time().tick()));
    }

    private PlanRequestBuilder read(
            PlanOptions options,
            Map<String, Instant> missed,
            Map<String, Instant> begun,
            List<PlannedSession> previous) {
        long step = options.step().toMillis();
        Instant from = Instant.ofEpochMilli(Math.floorDiv(kernel.time().wall() + step - 1, step) * step);
        PlanRequestBuilder request = PlanRequest.builder()
                .from(from, options.length())
                .step(options.step())
                .handOver(options.handOver())
                .startLead(options.startLead())
                .previous(previous)
                .effort(options.effort())
                .zone(options.zone());
        Target target = options.target();
        if (target != null) {
            request.target(target);
        }
        Map<String, Account> accounts = new TreeMap<>();
        List<String> names = new ArrayList<>();
        for (Worker worker : workers(options.tenant())) {
            Account account = kernel.view().accounts().doc(worker.accountId());
            PolicyDoc policy = kernel.view().policies().doc(worker.provider());
            if (account != null && policy != null && !account.pending()) {
                accounts.put(worker.accountId(), account);
                names.add(worker.name());
                request.worker(worker(worker, policy.policy(), options, missed, begun.get(worker.name())));
            }
        }
        for (String named : options.named()) {
            if (!names.contains(named)) {
                throw new IllegalArgumentException(
                        "plan options name worker " + named + ", but tenant " + options.tenant() + " has " + names);
            }
        }
        accounts.values().forEach(account -> request.account(account(account, options, from)));
        return request;
    }

    private List<Worker> workers(String tenant) {
        List<Worker> all = new ArrayList<>();
        for (Entry<Worker> entry : kernel.view().workers().all()) {
            Worker worker = entry.current();
            if (worker != null && !worker.removed() && Statuses.visible(worker.tenant(), tenant)) {
                all.add(worker);
            }
        }
        all.sort(Comparator.comparing(Worker::name));
        return all;
    }

    private PlanWorker worker(
            Worker worker,
            ProviderPolicy policy,
            PlanOptions options,
            Map<String, Instant> missed,
            @Nullable Instant begun) {
        LiveSession live = fleet.session(worker.session());
        Session last = live == null ? kernel.view().sessions().doc(worker.session()) : live.session();
        Duration usable = policy.usableSession();
        // A session that was told to end has little time left, which says nothing of the next.
        if (live != null && last != null && last.usableMillis() >= 0 && last.state() != Session.Phase.DRAINING) {
            Duration told = Duration.ofMillis(last.usableMillis());
            usable = usable == null || told.compareTo(usable) < 0 ? told : usable;
        }
        if (usable != null) {
            // In the last drain lead a session takes no work, and one without work is over.
            Duration working = usable.minus(kernel.settings().drainLead());
            usable = working.isNegative() || working.isZero() ? Duration.ofMillis(1) : working;
        }
        PlanWorker planned = new PlanWorker(
                worker.name(),
                worker.provider(),
                worker.account(),
                usable,
                options.rest(),
                options.windows(worker.name()),
                later(options.awayUntil(worker.name()), missed.get(worker.name())),
                null);
        if (live == null || last == null) {
            return begun == null ? planned : planned.running(begun);
        }
        return last.state() == Session.Phase.DRAINING ? planned : planned.running(end(live));
    }

    private static @Nullable Instant later(@Nullable Instant one, @Nullable Instant other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one.isAfter(other) ? one : other;
    }

    private PlanAccount account(Account account, PlanOptions options, Instant from) {
        ProviderPolicy policy =
                kernel.view().policies().entry(account.provider()).get().policy();
        QuotaLimits limits = account.limits(policy);
        boolean byJob = policy.metering() == Metering.JOB_TIME;
        long used =
                QuotaMath.use(account.ledger(), limits, from.toEpochMilli()).used() + (byJob ? running(account) : 0);
        return new PlanAccount(
                account.provider(),
                account.name(),
                policy.sessionsPerAccount(),
                Spans.of(
                        limits.window(),
                        Duration.ofMillis(limits.safe()),
                        Duration.ofMillis(Math.max(0, used)),
                        from,
                        options.length(),
                        byJob ? options.busy() : 1));
    }

    /** What running jobs have used that is not in the ledger before they end. */
    private long running(Account account) {
        long sum = 0;
        for (LiveSession live : fleet.ofAccount(account.id())) {
            long age = Math.max(0, kernel.time().tick() - live.startTick());
            for (SessionHold hold : live.session().holds()) {
                sum += hold.open() ? Math.max(0, age - hold.startedAge()) : 0;
            }
        }
        return sum;
    }
}
