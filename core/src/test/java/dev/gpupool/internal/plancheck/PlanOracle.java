package dev.gpupool.internal.plancheck;

import dev.gpupool.internal.plancheck.Series.Stretch;
import dev.gpupool.planning.PlanAccount;
import dev.gpupool.planning.PlanRequest;
import dev.gpupool.planning.PlanWorker;
import dev.gpupool.planning.QuotaSpan;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Says by enumeration what a small request allows: every series of sessions of each worker, and from these the highest
 * minimum and the least shortfall. Written from the words of the request's records, step by step, and shares nothing with
 * the planner and the checker.
 */
final class PlanOracle {
    final PlanRequest request;
    final int steps;
    final int handOver;
    private final Map<String, List<Series>> series = new LinkedHashMap<>();

    PlanOracle(PlanRequest request) {
        this.request = request;
        steps = request.steps();
        int hand = 0;
        while (request.step().multipliedBy(hand).compareTo(request.handOver()) < 0) {
            hand++;
        }
        handOver = hand;
    }

    PlanAccount account(PlanWorker worker) {
        return request.accounts().stream()
                .filter(account -> account.provider().equals(worker.provider())
                        && account.account().equals(worker.account()))
                .findFirst()
                .orElseThrow();
    }

    boolean judged(int step) {
        return request.cyclic()
                || !request.instant(step).isBefore(request.from().plus(request.startLead()));
    }

    /** How many whole steps are left in a span. */
    long budget(QuotaSpan span) {
        return span.safe().toMinutes() / request.step().toMinutes();
    }

    int spanAt(PlanAccount account, int step) {
        Instant at = request.instant(step);
        for (int i = 0; i < account.spans().size(); i++) {
            if (at.isBefore(account.spans().get(i).to())) {
                return i;
            }
        }
        throw new IllegalArgumentException("no span holds step " + step);
    }

    private long length(QuotaSpan span) {
        return Duration.between(span.from(), span.to()).dividedBy(request.step());
    }

    /** Whether the worker has a place: an account's go to those that run, then to those that are back first, then by name. */
    boolean seated(PlanWorker worker) {
        PlanAccount account = account(worker);
        long before = request.workers().stream()
                .filter(other -> account(other).equals(account) && rank(other).compareTo(rank(worker)) < 0)
                .count();
        return account.sessions() == 0 || before < account.sessions();
    }

    private String rank(PlanWorker worker) {
        Instant from = request.from();
        boolean runs = worker.runningUntil() != null && worker.runningUntil().isAfter(from);
        Instant back = worker.notBefore() == null || worker.notBefore().isBefore(from) ? from : worker.notBefore();
        return runs ? "0 " + worker.name() : "1 " + back + " " + worker.name();
    }

    /** Whether the worker is online at every step or at none: all that have a place can always be. */
    boolean permanent(PlanWorker worker) {
        long others = request.workers().stream()
                .filter(other -> account(other).equals(account(worker)) && seated(other))
                .count();
        return request.cyclic()
                && worker.usable() == null
                && account(worker).spans().stream().allMatch(span -> budget(span) >= others * length(span));
    }

    /** Whether the worker may have this session, apart from its others and from what its account has left. */
    boolean allowed(PlanWorker worker, Stretch session) {
        int length = session.end() - session.start();
        if (!seated(worker) || session.start() < 0 || session.start() >= steps || length < 1 || length > steps) {
            return false;
        }
        if (permanent(worker)) {
            return session.equals(new Stretch(0, 0, steps, true));
        }
        if (!request.cyclic() && session.end() > steps) {
            return false;
        }
        if (session.running()) {
            return !request.cyclic()
                    && worker.runningUntil() != null
                    && session.start() == 0
                    && session.covers() == 0
                    && !request.instant(session.end()).isAfter(worker.runningUntil());
        }
        Duration time = request.step().multipliedBy(length);
        return session.covers() == session.start() + handOver
                && length > handOver
                && (worker.usable() == null || time.compareTo(worker.usable()) <= 0)
                && length <= shortestWholeSpan(account(worker))
                && mayStart(worker, session.start());
    }

    private long shortestWholeSpan(PlanAccount account) {
        List<QuotaSpan> spans = account.spans();
        long shortest = steps;
        for (int i = 0; i < spans.size(); i++) {
            boolean whole = request.cyclic() || (i > 0 && i < spans.size() - 1);
            shortest = whole ? Math.min(shortest, length(spans.get(i))) : shortest;
        }
        return shortest;
    }

    private boolean mayStart(PlanWorker worker, int start) {
        Instant at = request.instant(start);
        boolean window = worker.windows().isEmpty();
        for (int i = 0; i < worker.windows().size(); i++) {
            window |= worker.windows().get(i).holds(at);
        }
        boolean kept = request.previous().stream()
                .anyMatch(
                        old -> old.worker().equals(worker.name()) && old.start().equals(at));
        boolean countsLate = start + handOver >= steps || judged(start + handOver);
        return window && (worker.notBefore() == null || !worker.notBefore().isAfter(at)) && (kept || countsLate);
    }

    /** Whether a worker may have these sessions, which are by start, together, apart from its account. */
    boolean rested(PlanWorker worker, List<Stretch> sessions) {
        if (permanent(worker)) {
            return sessions.size() <= 1;
        }
        boolean endedAtOnce = worker.runningUntil() != null
                && !sessions.isEmpty()
                && !sessions.get(0).running();
        if (endedAtOnce && request.step().multipliedBy(sessions.get(0).start()).compareTo(worker.rest()) < 0) {
            return false;
        }
        for (int i = 0; i < sessions.size(); i++) {
            boolean last = i + 1 == sessions.size();
            if (last && !request.cyclic()) {
                return true;
            }
            int next =
                    last ? sessions.get(0).start() + steps : sessions.get(i + 1).start();
            int gap = next - sessions.get(i).end();
            if (gap < 0 || request.step().multipliedBy(gap).compareTo(worker.rest()) < 0) {
                return false;
            }
        }
        return true;
    }

    /** How many steps of each span of its account the sessions of a worker take. */
    List<Integer> used(PlanAccount account, List<Stretch> sessions) {
        int[] used = new int[account.spans().size()];
        for (Stretch session : sessions) {
            for (int step = session.start(); step < session.end(); step++) {
                used[spanAt(account, step % steps)]++;
            }
        }
        return Arrays.stream(used).boxed().toList();
    }

    boolean affordable(PlanAccount account, List<Integer> used) {
        for (int i = 0; i < used.size(); i++) {
            if (used.get(i) > budget(account.spans().get(i))) {
                return false;
            }
        }
        return true;
    }

    /** Every series of a worker, one of those that cover and use the same; the idle one is among them. */
    List<Series> series(PlanWorker worker) {
        return series.computeIfAbsent(worker.name(), name -> {
            Map<Object, Series> found = new LinkedHashMap<>();
            List<Stretch> alone = new ArrayList<>();
            for (int start = 0; start < steps; start++) {
                for (int end = start + 1; end <= start + steps; end++) {
                    for (Stretch each : List.of(
                            new Stretch(start, start + handOver, end, false), new Stretch(start, start, end, true))) {
                        if (allowed(worker, each)) {
                            alone.add(each);
                        }
                    }
                }
            }
            extend(worker, alone, new ArrayList<>(), found);
            return List.copyOf(found.values());
        });
    }

    private void extend(PlanWorker worker, List<Stretch> alone, List<Stretch> chosen, Map<Object, Series> found) {
        List<Integer> used = used(account(worker), chosen);
        if (!affordable(account(worker), used)) {
            return;
        }
        if (rested(worker, chosen)) {
            Series one = new Series(List.copyOf(chosen), mask(chosen), used);
            found.putIfAbsent(List.of(one.covered(), used), one);
        }
        for (Stretch next : alone) {
            if (chosen.isEmpty()
                    || next.start() >= chosen.get(chosen.size() - 1).end()) {
                chosen.add(next);
                extend(worker, alone, chosen, found);
                chosen.remove(chosen.size() - 1);
            }
        }
    }

    private int mask(List<Stretch> sessions) {
        int mask = 0;
        for (Stretch session : sessions) {
            for (int step = session.covers(); step < session.end(); step++) {
                mask |= 1 << (step % steps);
            }
        }
        return mask;
    }

    /** The best of all plans. */
    Best best() {
        List<List<Series>> good = new ArrayList<>();
        for (PlanWorker worker : request.workers()) {
            List<Series> all = series(worker);
            good.add(all.stream()
                    .filter(one -> all.stream().noneMatch(other -> !other.equals(one) && other.dominates(one)))
                    .toList());
        }
        Search search = new Search(good);
        search.all();
        return new Best(search.highest, search.minimum, search.shortfall);
    }

    /**
     * The optimum.
     *
     * @param highest the most workers that can be online at every judged step
     * @param minimum the same, but no more than the target asks for at every step
     * @param shortfall the least shortfall of all plans that reach {@code minimum}
     */
    record Best(int highest, int minimum, long shortfall) {}

    /** Goes through all combinations, but those that an account does not carry. */
    private final class Search {
        private final List<List<Series>> good;
        private final int[] needed;
        private final int judged;
        private int lowestDemand = Integer.MAX_VALUE;
        private int highest;
        private int minimum = -1;
        private long shortfall = Long.MAX_VALUE;

        Search(List<List<Series>> good) {
            this.good = good;
            needed = new int[good.size() + 1];
            int all = 0;
            for (int step = 0; step < steps; step++) {
                if (judged(step)) {
                    all |= 1 << step;
                    lowestDemand = Math.min(lowestDemand, request.demand(step));
                    for (int level = 1; level <= request.demand(step); level++) {
                        needed[level] |= 1 << step;
                    }
                }
            }
            judged = all;
        }

        /** What the workers before the last can do together, each once; then the last in all ways. */
        void all() {
            Set<Node> nodes = new LinkedHashSet<>();
            Map<String, List<Long>> budgets = new TreeMap<>();
            for (PlanAccount account : request.accounts()) {
                budgets.put(
                        account.key(),
                        account.spans().stream().map(PlanOracle.this::budget).toList());
            }
            nodes.add(new Node(Collections.nCopies(good.size() + 1, 0), budgets));
            for (int index = 0; index < good.size() - 1; index++) {
                Set<Node> next = new LinkedHashSet<>();
                for (Node node : nodes) {
                    for (Series one : good.get(index)) {
                        node.with(one, request.workers().get(index).accountKey())
                                .ifPresent(next::add);
                    }
                }
                nodes = next;
            }
            String last = request.workers().get(good.size() - 1).accountKey();
            for (Node node : nodes) {
                for (Series one : good.get(good.size() - 1)) {
                    if (node.affords(one, last)) {
                        judge(node.reached(one.covered()));
                    }
                }
            }
        }

        private void judge(int[] reached) {
            int least = 0;
            int missing = 0;
            for (int level = 1; level < reached.length; level++) {
                least = (reached[level] & judged) == judged ? level : least;
                missing += Integer.bitCount(needed[level] & ~reached[level]);
            }
            highest = Math.max(highest, least);
            int wanted = Math.min(least, lowestDemand);
            if (wanted > minimum || (wanted == minimum && missing < shortfall)) {
                minimum = wanted;
                shortfall = missing;
            }
        }
    }

    /**
     * What some workers do together.
     *
     * @param levels for each number the steps at which at least so many of them count, a bit each
     * @param left what the accounts have left, by span
     */
    private record Node(List<Integer> levels, Map<String, List<Long>> left) {
        boolean affords(Series one, String account) {
            List<Long> budgets = left.getOrDefault(account, List.of());
            for (int i = 0; i < one.used().size(); i++) {
                if (one.used().get(i) > budgets.get(i)) {
                    return false;
                }
            }
            return true;
        }

        int[] reached(int covered) {
            int[] reached = new int[levels.size()];
            for (int level = 1; level < reached.length; level++) {
                int before = level == 1 ? covered : levels.get(level - 1) & covered;
                reached[level] = levels.get(level) | before;
            }
            return reached;
        }

        Optional<Node> with(Series one, String account) {
            if (!affords(one, account)) {
                return Optional.empty();
            }
            List<Long> budgets = new ArrayList<>(left.getOrDefault(account, List.of()));
            for (int i = 0; i < budgets.size(); i++) {
                budgets.set(i, budgets.get(i) - one.used().get(i));
            }
            Map<String, List<Long>> less = new TreeMap<>(left);
            less.put(account, budgets);
            return Optional.of(
                    new Node(Arrays.stream(reached(one.covered())).boxed().toList(), less));
        }
    }
}
