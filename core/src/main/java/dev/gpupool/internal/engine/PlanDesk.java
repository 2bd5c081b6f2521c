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
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Brings the pool's present state into a planner's request. */
final class PlanDesk {
    /** A worker whose sessions would be over before they count is not started. */
    private static final Instant NEVER = Instant.parse("9999-01-01T00:00:00Z");

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
        Map<String, List<PlanWorker>> planned = new TreeMap<>();
        List<String> names = new ArrayList<>();
        for (Worker worker : workers(options.tenant())) {
            Account account = kernel.view().accounts().doc(worker.accountId());
            PolicyDoc policy = kernel.view().policies().doc(worker.provider());
            if (account != null && policy != null && !account.pending()) {
                accounts.put(worker.accountId(), account);
                names.add(worker.name());
                PlanWorker one = worker(worker, policy.policy(), options, missed, begun.get(worker.name()));
                planned.computeIfAbsent(one.accountKey(), key -> new ArrayList<>())
                        .add(one);
            }
        }
        for (String named : options.named()) {
            if (!names.contains(named)) {
                throw new IllegalArgumentException(
                        "plan options name worker " + named + ", but tenant " + options.tenant() + " has " + names);
            }
        }
        accounts.values().forEach(account -> {
            PlanAccount its = account(account, options, from);
            request.account(its);
            alike(planned.getOrDefault(its.key(), List.of()), its.sessions()).forEach(request::worker);
        });
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
        boolean drains = last != null && last.state() == Session.Phase.DRAINING;
        Instant free = later(options.awayUntil(worker.name()), missed.get(worker.name()));
        Duration allowed = policy.usableSession();
        Duration usable = allowed == null ? null : working(allowed);
        // A session that was told to end has little time left, which says nothing of the next.
        if (live != null && !drains && live.session().usableMillis() >= 0) {
            Duration told = working(Duration.ofMillis(live.session().usableMillis()));
            if (!counts(told, options)) {
                free = NEVER;
            } else if (usable == null || told.compareTo(usable) < 0) {
                usable = told;
            }
        }
        if (usable != null && !counts(usable, options)) {
            usable = null;
            free = NEVER;
        }
        PlanWorker planned = new PlanWorker(
                worker.name(),
                worker.provider(),
                worker.account(),
                usable,
                options.rest(),
                options.windows(worker.name()),
                later(free, rested(last, options.rest())),
                null);
        if (live == null) {
            return begun == null ? planned : planned.running(begun);
        }
        return drains ? planned : planned.running(end(live));
    }

    /** In the last drain lead a session takes no work, and one without work is over. */
    private Duration working(Duration usable) {
        Duration working = usable.minus(kernel.settings().drainLead());
        return working.isNegative() || working.isZero() ? Duration.ofMillis(1) : working;
    }

    /** Whether a session of such a length is ever more than its hand-over. */
    private static boolean counts(Duration usable, PlanOptions options) {
        Duration step = options.step();
        return usable.dividedBy(step)
                > options.handOver().plus(step).minusNanos(1).dividedBy(step);
    }

    /** When a session that ended has rested, or one that drains will have. */
    private @Nullable Instant rested(@Nullable Session last, Duration rest) {
        if (last == null || last.state() == Session.Phase.ACCEPTING) {
            return null;
        }
        return last.live()
                ? Instant.ofEpochMilli(kernel.time().wall())
                        .plus(kernel.settings().drainLead())
                        .plus(rest)
                : Instant.ofEpochMilli(last.endedAt()).plus(rest);
    }

    /**
     * Where an account allows fewer sessions than it has workers, it does not matter which of them has one: each is taken to
     * last as long as the shortest.
     */
    private static List<PlanWorker> alike(List<PlanWorker> some, int sessions) {
        Duration shortest = some.stream()
                .map(PlanWorker::usable)
                .filter(Objects::nonNull)
                .min(Comparator.naturalOrder())
                .orElse(null);
        if (sessions == 0 || sessions >= some.size() || shortest == null) {
            return some;
        }
        return some.stream()
                .map(worker -> new PlanWorker(
                        worker.name(),
                        worker.provider(),
                        worker.account(),
                        shortest,
                        worker.rest(),
                        worker.windows(),
                        worker.notBefore(),
                        worker.runningUntil()))
                .toList();
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
