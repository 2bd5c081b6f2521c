package dev.gpupool.internal.planning;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What all lanes could earn at given prices if each only minded itself: the part of a weak duality that has to be
 * computed. Lanes that are alike are computed once, and so is the same price everywhere, with which every search begins.
 */
final class Relaxation {
    /** Up to so many steps every evaluation is exact, since it costs nothing. */
    private static final int FEW_STEPS = 64;
    /** What an exact evaluation may take, in entries of tables; what is dearer gets a bound that is nearly as good. */
    private static final long MOST_WORK = 1_000_000_000;

    private final Model model;
    private final Budget budget;
    private final LaneDp dp;
    private final int[] likeness;
    private final long classes;
    private final Schedule[] schedules;
    private Schedule @Nullable [] flatSchedules;
    private long flatValue;

    Relaxation(Model model, Budget budget) {
        this.model = model;
        this.budget = budget;
        this.dp = new LaneDp(model);
        this.schedules = new Schedule[model.lanes.size()];
        this.likeness = classes(model);
        this.classes = Arrays.stream(likeness).distinct().count();
    }

    /** Whether every evaluation is exact: there is no circle to cut, or it costs nothing to cut it everywhere. */
    boolean exactAnyway() {
        return !model.cyclic || model.steps <= FEW_STEPS;
    }

    private static int[] classes(Model model) {
        int[] classes = new int[model.lanes.size()];
        Map<Integer, List<Integer>> byHash = new TreeMap<>();
        for (int i = 0; i < classes.length; i++) {
            Lane lane = model.lanes.get(i);
            List<Integer> candidates = byHash.computeIfAbsent(lane.likeness(), hash -> new ArrayList<>());
            int found = -1;
            for (int other : candidates) {
                if (lane.like(model.lanes.get(other)) && model.quota(lane).like(model.quota(model.lanes.get(other)))) {
                    found = other;
                    break;
                }
            }
            if (found < 0) {
                candidates.add(i);
                found = i;
            }
            classes[i] = found;
        }
        return classes;
    }

    /**
     * Computes the most that each lane can earn.
     *
     * @param dual the prices
     * @param fixings the case
     * @param force what forces it
     * @param exact whether the sum has to be a bound; else one cut of the circle will do, to learn a direction
     * @return the sum of the lanes' earnings
     */
    long evaluate(Dual dual, @Nullable Fixing fixings, long force, boolean exact) {
        boolean flat = exact && fixings == null && dual.flat(model.judged);
        if (flat && flatSchedules != null) {
            System.arraycopy(flatSchedules, 0, schedules, 0, schedules.length);
            return flatValue;
        }
        long value = 0;
        Map<Integer, Long> done = new TreeMap<>();
        for (int i = 0; i < schedules.length; i++) {
            Lane lane = model.lanes.get(i);
            boolean alone = Fixing.touches(fixings, i) || dual.charges(lane.account);
            Long known = alone ? null : done.get(likeness[i]);
            if (known == null) {
                known = most(i, lane, prices(dual, lane, i, fixings, force), exact);
                if (!alone) {
                    done.put(likeness[i], known);
                    schedules[likeness[i]] = schedules[i];
                }
            } else {
                schedules[i] = schedules[likeness[i]];
            }
            value += known;
        }
        if (flat) {
            flatValue = value;
            flatSchedules = schedules.clone();
        }
        return value;
    }

    /** What a lane did at the last evaluation. */
    Schedule schedule(int lane) {
        return schedules[lane];
    }

    private Prices prices(Dual dual, Lane lane, int index, @Nullable Fixing fixings, long force) {
        int n = model.steps;
        long[] gain = new long[n];
        for (int t = 0; t < n; t++) {
            gain[t] = dual.covered(t);
        }
        for (Fixing fixing = fixings; fixing != null; fixing = fixing.parent()) {
            if (fixing.lane() == index) {
                gain[fixing.step()] += fixing.covered() ? force : -force;
            }
        }
        if (!dual.charges(lane.account)) {
            return new Prices(gain, null, null, 0);
        }
        Quota quota = model.quota(lane);
        long[] cost = new long[n];
        for (int t = 0; t < n; t++) {
            cost[t] = dual.quota[lane.account][quota.spanAt(t)];
        }
        return new Prices(gain, cost, null, 0);
    }

    private long most(int index, Lane lane, Prices prices, boolean exact) {
        int n = model.steps;
        if (lane.permanent) {
            Schedule always = new Schedule(new int[] {0}, new int[] {n}, true);
            long all = prices.of(always, model.handOver);
            schedules[index] = all > 0 ? always : Schedule.EMPTY;
            return Math.max(0, all);
        }
        long best = Long.MIN_VALUE;
        boolean once = (model.uniform(lane) && flat(prices)) || !(exact || exactAnyway());
        int back = once || !model.cyclic ? 0 : Math.min(n - 1, lane.cap + lane.rest - 1);
        Quota quota = model.quota(lane);
        int[] left = quota.budgets();
        Axis whole = new Axis(quota, left, n, 0);
        if ((long) n * (whole.metered ? whole.largestBudget() + 1 : 1) * back > MOST_WORK / classes) {
            return loosely(index, lane, whole, prices);
        }
        for (int i = 0; i <= back; i++) {
            int cut = i == 0 ? 0 : n - i;
            boolean shared = model.small() && Axis.splits(quota, cut);
            for (int first = shared ? 0 : -1; first <= (shared ? left[quota.spanAt(cut)] : -1); first++) {
                long before = dp.work();
                long found = dp.solve(lane, new Axis(quota, left, n, cut, first), prices);
                budget.spend(dp.work() - before);
                if (found > best) {
                    best = found;
                    schedules[index] = dp.schedule();
                }
            }
        }
        return best;
    }

    private long loosely(int index, Lane lane, Axis whole, Prices prices) {
        long before = dp.work();
        dp.solve(lane, whole, prices);
        schedules[index] = dp.schedule();
        long most = dp.atMost(lane, whole, prices);
        budget.spend(dp.work() - before);
        return most;
    }

    private static boolean flat(Prices prices) {
        for (long gain : prices.gain) {
            if (gain != prices.gain[0]) {
                return false;
            }
        }
        return prices.cost == null;
    }
}
