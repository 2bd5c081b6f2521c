package dev.gpupool.internal.planning;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Looks for prices that bound a shortfall from below, by the subgradient method with Polyak's step (Held, Wolfe, Crowder,
 * Mathematical Programming 6, 1974). Whatever it finds is a bound; finding the best is a matter of luck and time.
 *
 * <p>It begins with the same price at every step, which is the bound of the area: what is needed less what there is.
 */
final class Ascent {
    /** With more quota spans than this they are not looked at one by one. */
    private static final int MOST_RESETS = 6;

    /** How often in a search a bound that seems good enough is computed exactly, which in a cycle is dear. */
    private static final int MOST_CHECKS = 1;

    private final Model model;
    private final Relaxation relaxation;
    private final Budget budget;
    private final double[][] averages;
    private final long dearest;

    private Dual best;
    private long bestBound = Long.MIN_VALUE;
    private long bestForce;

    Ascent(Model model, Relaxation relaxation, Budget budget) {
        this.budget = budget;
        this.model = model;
        this.relaxation = relaxation;
        this.averages = new double[model.lanes.size()][];
        this.dearest = Dual.dearest(model.lanes.size(), model.steps);
        this.best = even(new int[model.steps]);
    }

    /** How much a lane counted at a step on average, of all evaluations of the last search. */
    double average(int lane, int step) {
        return averages[lane][step];
    }

    /** The prices that were best in the last search. */
    Dual prices() {
        return best;
    }

    /** What they prove, as a shortfall in {@link Dual#UNIT}s. */
    long bound() {
        return bestBound;
    }

    /** What forces the case at these prices. */
    long force() {
        return bestForce;
    }

    private Dual even(int[] demand) {
        long[] shortage = new long[model.steps];
        for (int t = model.judged; t < model.steps; t++) {
            shortage[t] = demand[t] > 0 ? Dual.UNIT : 0;
        }
        long[][] quota = new long[model.quotas.size()][];
        for (int i = 0; i < quota.length; i++) {
            quota[i] = new long[model.quotas.get(i).spans()];
        }
        return new Dual(shortage, new long[model.steps], quota);
    }

    /**
     * Searches.
     *
     * @param demand the demand by step
     * @param floor how many workers are online at least
     * @param wanted the shortfall that is to be proven, in worker-steps
     * @param fixings the case
     * @param from prices to begin with, or {@code null}
     * @param hint a plan, whose short steps are another place to begin, or {@code null}
     * @param iterations how often prices are changed at most
     * @param part what it may take; once it has looked it stops when that is spent
     * @param seen is given what the lanes would do after each evaluation, each minding only itself, and says whether to stop
     * @return whether the shortfall is proven
     */
    boolean search(
            int[] demand,
            int floor,
            long wanted,
            @Nullable Fixing fixings,
            @Nullable Dual from,
            @Nullable Roster hint,
            int iterations,
            Budget.Part part,
            Predicate<Relaxation> seen) {
        bestBound = Long.MIN_VALUE;
        for (int i = 0; i < averages.length; i++) {
            averages[i] = new double[model.steps];
        }
        Case itsCase = new Case(demand, floor, wanted, fixings);
        Dual dual = from;
        if (dual == null) {
            Dual even = even(demand);
            if (proves(even, itsCase)) {
                return true;
            }
            dual = start(even, itsCase, hint);
        }
        double pace = 1;
        int idle = 0;
        int checks = 0;
        long bestGuess = Long.MIN_VALUE;
        for (int i = 0; i <= iterations; i++) {
            long bound = bound(dual, itsCase, always());
            average(i);
            budget.spend(2L * model.steps * averages.length);
            if (always()) {
                keep(dual, bound, itsCase);
            } else if (bound > itsCase.needed() && checks++ < MOST_CHECKS) {
                bound = bound(dual, itsCase, true);
                keep(dual, bound, itsCase);
            }
            if (bound > bestGuess) {
                bestGuess = bound;
                idle = 0;
            } else if (++idle > 4) {
                pace /= 2;
                idle = 0;
            }
            if (bestBound > itsCase.needed() || seen.test(relaxation) || part.spent()) {
                break;
            }
            Dual next = i == iterations ? dual : step(dual, demand, floor, (double) (Dual.UNIT * wanted - bound), pace);
            if (next == dual) {
                break;
            }
            dual = next;
        }
        if (checks == 0 && !always()) {
            keep(dual, bound(dual, itsCase, true), itsCase);
        }
        return bestBound > itsCase.needed();
    }

    /** What is to be proven, and where. */
    private static final class Case {
        private final int[] demand;
        private final int floor;
        private final long wanted;
        private final @Nullable Fixing fixings;

        Case(int[] demand, int floor, long wanted, @Nullable Fixing fixings) {
            this.demand = demand;
            this.floor = floor;
            this.wanted = wanted;
            this.fixings = fixings;
        }

        long needed() {
            return Dual.UNIT * (wanted - 1);
        }
    }

    private boolean proves(Dual dual, Case itsCase) {
        keep(dual, bound(dual, itsCase, true), itsCase);
        return bestBound > itsCase.needed();
    }

    private void keep(Dual dual, long bound, Case itsCase) {
        if (bound > bestBound) {
            best = dual;
            bestBound = bound;
            bestForce = dual.force(model, itsCase.wanted);
        }
    }

    /**
     * The best of a few places: the same price everywhere, a price only where a plan is short, and a price only in one
     * stretch between two resets.
     */
    private Dual start(Dual even, Case itsCase, @Nullable Roster hint) {
        Dual best = even;
        if (hint == null) {
            return best;
        }
        List<Dual> others = new ArrayList<>();
        others.add(only(best, step -> hint.coverage(step) < itsCase.demand[step]));
        if (!model.cyclic) {
            TreeSet<Integer> resets = resets();
            int from = 0;
            for (int reset : resets) {
                int begin = from;
                others.add(only(best, step -> step >= begin && step < reset));
                from = reset;
            }
        }
        long bound = bound(best, itsCase, always());
        for (Dual other : others) {
            long itsBound = bound(other, itsCase, always());
            if (itsBound > bound) {
                best = other;
                bound = itsBound;
            }
        }
        return best;
    }

    /** The ends of quota spans; none if there are too many to look at each. */
    private TreeSet<Integer> resets() {
        TreeSet<Integer> resets = new TreeSet<>();
        for (Quota quota : model.quotas) {
            for (int span = 0; span < quota.spans(); span++) {
                resets.add(quota.end(span));
            }
        }
        return resets.size() == 1 || resets.size() > MOST_RESETS ? new TreeSet<>() : resets;
    }

    private Dual only(Dual even, IntPredicate where) {
        long[] shortage = even.shortage.clone();
        for (int t = model.judged; t < model.steps; t++) {
            shortage[t] = where.test(t) ? shortage[t] : 0;
        }
        return new Dual(shortage, even.floor.clone(), even.quota);
    }

    private boolean always() {
        return model.steps <= 64 || !model.cyclic;
    }

    private long bound(Dual dual, Case itsCase, boolean exact) {
        long force = dual.force(model, itsCase.wanted);
        long bound =
                force * Fixing.countCovered(itsCase.fixings) - relaxation.evaluate(dual, itsCase.fixings, force, exact);
        for (int t = model.judged; t < model.steps; t++) {
            bound += dual.shortage[t] * itsCase.demand[t] + dual.floor[t] * itsCase.floor;
        }
        for (int account = 0; account < dual.quota.length; account++) {
            for (int span = 0; span < dual.quota[account].length; span++) {
                bound -= dual.quota[account][span] * model.quotas.get(account).budget(span);
            }
        }
        return bound;
    }

    private void average(int iteration) {
        double weight = 1.0 / (iteration + 1);
        for (int lane = 0; lane < averages.length; lane++) {
            double[] average = averages[lane];
            for (int t = 0; t < average.length; t++) {
                average[t] *= 1 - weight;
            }
            Schedule schedule = relaxation.schedule(lane);
            for (int i = 0; i < schedule.size(); i++) {
                for (int t = schedule.coversFrom(i, model.handOver); t < schedule.end(i); t++) {
                    average[t % model.steps] += weight;
                }
            }
        }
    }

    private Dual step(Dual dual, int[] demand, int floor, double missing, double pace) {
        Roster wish = new Roster(model);
        for (int lane = 0; lane < averages.length; lane++) {
            wish.put(lane, relaxation.schedule(lane));
        }
        double norm = 0;
        for (int t = model.judged; t < model.steps; t++) {
            double up = demand[t] - wish.coverage(t);
            norm += blocked(dual.shortage[t], up, Dual.UNIT) ? 0 : up * up;
            double under = floor - wish.coverage(t);
            norm += blocked(dual.floor[t], under, dearest) ? 0 : under * under;
        }
        for (int account = 0; account < dual.quota.length; account++) {
            for (int span = 0; shared(account) && span < dual.quota[account].length; span++) {
                double over =
                        wish.used(account, span) - model.quotas.get(account).budget(span);
                norm += blocked(dual.quota[account][span], over, dearest) ? 0 : over * over;
            }
        }
        if (norm == 0) {
            return dual;
        }
        double size = pace * missing / norm;
        long[] shortage = dual.shortage.clone();
        long[] floors = dual.floor.clone();
        long[][] quota = dual.quota.clone();
        for (int t = model.judged; t < model.steps; t++) {
            shortage[t] = moved(shortage[t], size * (demand[t] - wish.coverage(t)), Dual.UNIT);
            floors[t] = floor == 0 ? 0 : moved(floors[t], size * (floor - wish.coverage(t)), dearest);
        }
        for (int account = 0; account < quota.length; account++) {
            quota[account] = quota[account].clone();
            for (int span = 0; shared(account) && span < quota[account].length; span++) {
                double over =
                        wish.used(account, span) - model.quotas.get(account).budget(span);
                quota[account][span] = moved(quota[account][span], size * over, dearest);
            }
        }
        return new Dual(shortage, floors, quota);
    }

    /** A lane's own sessions never exceed its account's quota; only several can together. */
    private boolean shared(int account) {
        return model.quotas.get(account).lanes > 1;
    }

    private static boolean blocked(long price, double direction, long most) {
        return (price == 0 && direction < 0) || (price == most && direction > 0);
    }

    private static long moved(long price, double by, long most) {
        return Math.max(0, Math.min(most, Math.round(price + by)));
    }
}
