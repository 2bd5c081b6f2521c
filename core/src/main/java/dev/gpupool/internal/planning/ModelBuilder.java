package dev.gpupool.internal.planning;

import dev.gpupool.planning.PlanAccount;
import dev.gpupool.planning.PlanRequest;
import dev.gpupool.planning.PlanWorker;
import dev.gpupool.planning.PlannedSession;
import dev.gpupool.planning.QuotaSpan;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Brings a request onto its grid: what may be used is rounded down to steps, what must be left is rounded up. */
final class ModelBuilder {
    private final PlanRequest request;
    private final int steps;
    private final int handOver;
    private final Map<String, Set<Instant>> previous = new TreeMap<>();

    private ModelBuilder(PlanRequest request) {
        this.request = request;
        this.steps = request.steps();
        this.handOver = up(request.handOver());
        for (PlannedSession session : request.previous()) {
            previous.computeIfAbsent(session.worker(), name -> new TreeSet<>()).add(session.start());
        }
    }

    static Model of(PlanRequest request) {
        return new ModelBuilder(request).build();
    }

    private Model build() {
        List<PlanWorker> seated = seated();
        Map<String, Integer> users = new TreeMap<>();
        seated.forEach(worker -> users.merge(worker.accountKey(), 1, Integer::sum));
        Map<String, Integer> index = new TreeMap<>();
        List<Quota> quotas = new ArrayList<>();
        for (PlanAccount account : request.accounts()) {
            index.put(account.key(), quotas.size());
            quotas.add(quota(account, users.getOrDefault(account.key(), 0)));
        }
        List<Lane> lanes = new ArrayList<>();
        for (PlanWorker worker : seated) {
            int account = index.getOrDefault(worker.accountKey(), -1);
            lanes.add(lane(worker, account, quotas.get(account)));
        }
        int[] demand = new int[steps];
        for (int t = 0; t < steps; t++) {
            demand[t] = request.demand(t);
        }
        return new Model(steps, request.cyclic(), handOver, request.firstJudged(), lanes, quotas, demand);
    }

    /**
     * Of an account that allows fewer sessions than it has workers, which are alike, some get them all: those that run, then
     * those that may be started first, then the first by name.
     */
    private List<PlanWorker> seated() {
        Map<String, Integer> seats = new TreeMap<>();
        request.accounts()
                .forEach(account ->
                        seats.put(account.key(), account.sessions() == 0 ? Integer.MAX_VALUE : account.sessions()));
        List<PlanWorker> seated = new ArrayList<>();
        List<PlanWorker> seatsFirst = new ArrayList<>(request.workers());
        seatsFirst.sort(Comparator.comparing(this::freeFrom).thenComparing(PlanWorker::name));
        for (PlanWorker worker : seatsFirst) {
            int left = seats.getOrDefault(worker.accountKey(), 0);
            if (left > 0) {
                seats.put(worker.accountKey(), left - 1);
                seated.add(worker);
            }
        }
        seated.sort(Comparator.comparing(PlanWorker::name));
        return seated;
    }

    /** When a worker can be online first; one that runs, before all others. */
    private Instant freeFrom(PlanWorker worker) {
        Instant until = worker.runningUntil();
        if (until != null && until.isAfter(request.from())) {
            return Instant.MIN;
        }
        Instant notBefore = worker.notBefore();
        return notBefore == null || notBefore.isBefore(request.from()) ? request.from() : notBefore;
    }

    private Quota quota(PlanAccount account, int lanes) {
        List<QuotaSpan> spans = account.spans();
        int[] ends = new int[spans.size()];
        int[] budgets = new int[spans.size()];
        for (int i = 0; i < ends.length; i++) {
            ends[i] = down(Duration.between(request.from(), spans.get(i).to()));
            // More than all of its lanes can use is of no use, and would overflow sums.
            int all = lanes * (ends[i] - (i == 0 ? 0 : ends[i - 1]));
            budgets[i] = Math.min(all, down(spans.get(i).safe()));
        }
        return new Quota(account.key(), lanes, ends, budgets);
    }

    private Lane lane(PlanWorker worker, int account, Quota quota) {
        Duration usable = worker.usable();
        int cap = usable == null ? steps : Math.min(steps, down(usable));
        for (int span = 0; span < quota.spans(); span++) {
            boolean whole = request.cyclic() || (span > 0 && span < quota.spans() - 1);
            if (whole) {
                cap = Math.min(cap, quota.end(span) - quota.begin(span));
            }
        }
        Instant until = worker.runningUntil();
        int running = until == null ? -1 : Math.max(0, Math.min(steps, down(Duration.between(request.from(), until))));
        boolean permanent = request.cyclic() && usable == null && unlimited(quota);
        Set<Instant> known = previous.getOrDefault(worker.name(), Set.of());
        boolean[] starts = new boolean[steps];
        boolean[] kept = new boolean[steps];
        for (int t = 0; t < steps; t++) {
            Instant at = request.instant(t);
            kept[t] = known.contains(at);
            starts[t] = allowed(worker, at) && (kept[t] || t + handOver >= request.firstJudged());
        }
        return new Lane(worker.name(), account, cap, up(worker.rest()), running, permanent, starts, kept);
    }

    private static boolean allowed(PlanWorker worker, Instant at) {
        Instant notBefore = worker.notBefore();
        return (notBefore == null || !at.isBefore(notBefore))
                && (worker.windows().isEmpty() || worker.windows().stream().anyMatch(window -> window.holds(at)));
    }

    private static boolean unlimited(Quota quota) {
        for (int span = 0; span < quota.spans(); span++) {
            if (quota.budget(span) < (long) quota.lanes * (quota.end(span) - quota.begin(span))) {
                return false;
            }
        }
        return true;
    }

    private int down(Duration duration) {
        return duration.isNegative() ? 0 : (int) Math.min(Integer.MAX_VALUE / 2, duration.dividedBy(request.step()));
    }

    private int up(Duration duration) {
        int down = down(duration);
        return request.step().multipliedBy(down).compareTo(duration) < 0 ? down + 1 : down;
    }
}
