package dev.gpupool.internal.plancheck;

import dev.gpupool.planning.PlanAccount;
import dev.gpupool.planning.PlanRequest;
import dev.gpupool.planning.PlanWorker;
import dev.gpupool.planning.PlannedSession;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A request in whole steps, read from its records alone. */
final class Grid {
    private final PlanRequest request;
    private final int steps;
    private final int handOver;
    private final Map<String, PlanWorker> workers = new TreeMap<>();
    private final Map<String, Limits> limits = new TreeMap<>();
    private final Map<String, Metering> accounts = new TreeMap<>();
    private final Map<String, Integer> users = new TreeMap<>();

    Grid(PlanRequest request) {
        this.request = request;
        this.steps = request.steps();
        this.handOver = ceil(request.handOver());
        for (PlanAccount account : request.accounts()) {
            accounts.put(account.key(), Metering.of(account, this));
        }
        Map<String, Set<Instant>> kept = new TreeMap<>();
        for (PlannedSession session : request.previous()) {
            kept.computeIfAbsent(session.worker(), name -> new TreeSet<>()).add(session.start());
        }
        for (PlanWorker worker : request.workers()) {
            workers.put(worker.name(), worker);
        }
        Map<String, List<PlanWorker>> byAccount = new TreeMap<>();
        workers.values()
                .forEach(worker -> byAccount
                        .computeIfAbsent(worker.accountKey(), key -> new ArrayList<>())
                        .add(worker));
        byAccount.forEach((key, some) -> users.put(key, some.size()));
        for (PlanAccount account : request.accounts()) {
            addLimits(account, byAccount.getOrDefault(account.key(), List.of()), kept);
        }
    }

    private void addLimits(PlanAccount account, List<PlanWorker> some, Map<String, Set<Instant>> kept) {
        Metering metering = account(account.key());
        List<PlanWorker> order = new ArrayList<>(some);
        order.sort(this::before);
        int seats = account.sessions() == 0 ? some.size() : Math.min(some.size(), account.sessions());
        boolean always = request.cyclic() && metering.carriesAlways(seats);
        for (int i = 0; i < order.size(); i++) {
            PlanWorker worker = order.get(i);
            boolean permanent = always && worker.usable() == null;
            Set<Instant> known = kept.getOrDefault(worker.name(), Set.of());
            limits.put(worker.name(), Limits.of(worker, this, metering, i < seats, permanent, known));
        }
    }

    /** Who has the place if only one of two can: whoever runs, then whoever is back sooner, then by name. */
    private int before(PlanWorker one, PlanWorker other) {
        boolean runs = runs(one);
        if (runs != runs(other)) {
            return runs ? -1 : 1;
        }
        int back = runs ? 0 : waits(one).compareTo(waits(other));
        return back == 0 ? one.name().compareTo(other.name()) : back;
    }

    private boolean runs(PlanWorker worker) {
        Instant until = worker.runningUntil();
        return until != null && until.isAfter(request.from());
    }

    /** For how long a worker cannot be started yet. */
    private Duration waits(PlanWorker worker) {
        Instant back = worker.notBefore();
        return back == null || back.isBefore(request.from()) ? Duration.ZERO : Duration.between(request.from(), back);
    }

    PlanRequest request() {
        return request;
    }

    int steps() {
        return steps;
    }

    int handOver() {
        return handOver;
    }

    boolean cyclic() {
        return request.cyclic();
    }

    int firstJudged() {
        return request.firstJudged();
    }

    boolean judged(int step) {
        return step >= firstJudged();
    }

    /** How many workers can have sessions: no plan has more of them online. */
    long places() {
        return limits.values().stream().filter(Limits::seated).count();
    }

    /** How many workers of an account can have sessions. */
    long places(PlanAccount account) {
        long some = users.getOrDefault(account.key(), 0);
        return account.sessions() == 0 ? some : Math.min(some, account.sessions());
    }

    /** The limits of every worker, by name. */
    Map<String, Limits> limits() {
        return limits;
    }

    /** An account that the request has. */
    Metering account(String key) {
        Metering found = accounts.get(key);
        if (found == null) {
            throw new IllegalArgumentException("plan.accounts lacks " + key);
        }
        return found;
    }

    /** Every account, by key. */
    Map<String, Metering> accounts() {
        return accounts;
    }

    /** The account of a worker that the request has. */
    String accountOf(String worker) {
        PlanWorker found = workers.get(worker);
        if (found == null) {
            throw new IllegalArgumentException("plan.workers lacks " + worker);
        }
        return found.accountKey();
    }

    String accountOf(Stay stay) {
        return accountOf(stay.session().worker());
    }

    /** Whole steps of a time that is not negative, rounded down; no more than the horizon has. */
    int floor(Duration time) {
        return (int) Math.min(request.steps(), time.dividedBy(request.step()));
    }

    /** Whole steps of a time that is not negative, rounded up; no more than one more than the horizon has. */
    int ceil(Duration time) {
        int down = floor(time);
        return request.step().multipliedBy(down).compareTo(time) < 0 ? down + 1 : down;
    }
}
