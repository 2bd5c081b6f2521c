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
    private final boolean exactAnyway;

    private Dual best;
    private long bestBound = Long.MIN_VALUE;
    private long bestForce;

    Ascent(Model model, Relaxation relaxation, Budget budget) {
        this.budget = budget;
        this.model = model;
        this.relaxation = relaxation;
        this.averages = new double[model.lanes.size()][];
        this.exactAnyway = relaxation.exactAnyway();
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
     * @param goal what is to be proven
     * @param fixings the case
     * @param from prices to begin with, or {@code null}
     * @param hint a plan, whose short steps are another place to begin, or {@code null}
     * @param iterations how often prices are changed at most
     * @param part what it may take; once it has looked it stops when that is spent
     * @param seen is given what the lanes would do after each evaluation, each minding only itself, and says whether to stop
     * @return whether the shortfall is proven
     */
    boolean search(
            Goal goal,
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
        Dual dual = from;
        if (dual == null) {
            Dual even = even(goal.demand);
            keep(even, bound(even, goal, fixings, true), goal);
            if (bestBound > goal.needed()) {
                return true;
            }
            dual = start(even, goal, fixings, hint);
        }
        double pace = 1;
        int idle = 0;
        int checks = 0;
        long bestGuess = Long.MIN_VALUE;
        for (int i = 0; i <= iterations; i++) {
            long bound = bound(dual, goal, fixings, exactAnyway);
            average(i);
            budget.spend(2L * model.steps * averages.length);
            if (exactAnyway) {
                keep(dual, bound, goal);
            } else if (bound > goal.needed() && checks++ < MOST_CHECKS) {
                bound = bound(dual, goal, fixings, true);
                keep(dual, bound, goal);
            }
            if (bound > bestGuess) {
                bestGuess = bound;
                idle = 0;
            } else if (++idle > 4) {
                pace /= 2;
                idle = 0;
            }
            if (bestBound > goal.needed() || seen.test(relaxation) || part.spent()) {
                break;
            }
            Dual next = i == iterations ? dual : step(dual, goal, (double) (Dual.UNIT * goal.wanted - bound) * pace);
            if (next == dual) {
                break;
            }
            dual = next;
        }
        if (checks == 0 && !exactAnyway) {
            keep(dual, bound(dual, goal, fixings, true), goal);
        }
        return bestBound > goal.needed();
    }

    private void keep(Dual dual, long bound, Goal goal) {
        if (bound > bestBound) {
            best = dual;
            bestBound = bound;
            bestForce = dual.force(model, goal.wanted);
        }
    }

    /**
     * The best of a few places: the same price everywhere, a price only where a plan is short, and a price only in one
     * stretch between two resets.
     */
    private Dual start(Dual even, Goal goal, @Nullable Fixing fixings, @Nullable Roster hint) {
        Dual best = even;
        if (hint == null) {
            return best;
        }
        List<Dual> others = new ArrayList<>();
        others.add(only(best, step -> hint.coverage(step) < goal.demand[step]));
        if (!model.cyclic) {
            TreeSet<Integer> resets = resets();
            int from = 0;
            for (int reset : resets) {
                int begin = from;
                others.add(only(best, step -> step >= begin && step < reset));
                from = reset;
            }
        }
        long bound = bound(best, goal, fixings, exactAnyway);
        for (Dual other : others) {
            long itsBound = bound(other, goal, fixings, exactAnyway);
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

    private long bound(Dual dual, Goal goal, @Nullable Fixing fixings, boolean exact) {
        long force = dual.force(model, goal.wanted);
        long bound = force * Fixing.countCovered(fixings) - relaxation.evaluate(dual, fixings, force, exact);
        for (int t = model.judged; t < model.steps; t++) {
            bound += dual.shortage[t] * goal.demand[t] + dual.floor[t] * goal.floor;
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

    /** Moves each price by how much the lanes' wishes are away from what it is the price of; returns the same if none can. */
    private Dual step(Dual dual, Goal goal, double missing) {
        Roster wish = new Roster(model);
        for (int lane = 0; lane < averages.length; lane++) {
            wish.put(lane, relaxation.schedule(lane));
        }
        double norm = 0;
        for (int t = model.judged; t < model.steps; t++) {
            norm += squared(dual.shortage[t], goal.demand[t] - wish.coverage(t), Dual.UNIT);
            norm += squared(dual.floor[t], goal.floor - wish.coverage(t), dearest);
        }
        for (int account = 0; account < dual.quota.length; account++) {
            for (int span = 0; span < dual.quota[account].length; span++) {
                norm += squared(dual.quota[account][span], over(wish, account, span), dearest);
            }
        }
        if (norm == 0) {
            return dual;
        }
        double size = missing / norm;
        long[] shortage = dual.shortage.clone();
        long[] floors = dual.floor.clone();
        long[][] quota = dual.quota.clone();
        for (int t = model.judged; t < model.steps; t++) {
            shortage[t] = moved(shortage[t], size * (goal.demand[t] - wish.coverage(t)), Dual.UNIT);
            floors[t] = goal.floor == 0 ? 0 : moved(floors[t], size * (goal.floor - wish.coverage(t)), dearest);
        }
        for (int account = 0; account < quota.length; account++) {
            quota[account] = quota[account].clone();
            for (int span = 0; span < quota[account].length; span++) {
                quota[account][span] = moved(quota[account][span], size * over(wish, account, span), dearest);
            }
        }
        return new Dual(shortage, floors, quota);
    }

    /** What is used beyond an account's quota. A lane's own sessions never exceed it; only several can together. */
    private int over(Roster wish, int account, int span) {
        Quota quota = model.quotas.get(account);
        return quota.lanes > 1 ? wish.used(account, span) - quota.budget(span) : 0;
    }

    /** The square of a direction in which a price can go. */
    private static double squared(long price, double direction, long most) {
        boolean blocked = (price == 0 && direction < 0) || (price == most && direction > 0);
        return blocked ? 0 : direction * direction;
    }

    private static long moved(long price, double by, long most) {
        return Math.max(0, Math.min(most, Math.round(price + by)));
    }
}
