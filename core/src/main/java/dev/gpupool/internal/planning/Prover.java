package dev.gpupool.internal.planning;

import org.jspecify.annotations.Nullable;

/**
 * Proves that a shortfall cannot be lower, by prices alone or, where these are not enough, by cases: branch and bound over
 * whether a lane counts at a step (Land and Doig, Econometrica 28, 1960), each case proven by prices of its own. What
 * remains open when the work is spent is not proven.
 */
final class Prover {
    private static final int FIRST_ITERATIONS = 6;
    private static final int ROOT_ITERATIONS = 200;
    /** The part of the whole budget, in percent, that a search without cases may take. */
    private static final int ROOT_SHARE = 25;

    private static final int CASE_ITERATIONS = 25;
    /** So much more may cases take of a small request, which they always prove in the end. */
    private static final int SMALL = 40;

    private static final double WHOLE = 0.02;

    private final Model model;
    private final Budget budget;
    private final Ascent ascent;
    private final Relaxation relaxation;

    private @Nullable Roster found;
    private Budget.Part part;
    private Goal goal;

    Prover(Model model, Budget budget) {
        this.model = model;
        this.budget = budget;
        this.relaxation = new Relaxation(model, budget);
        this.ascent = new Ascent(model, relaxation, budget);
        this.part = budget.part(0);
        this.goal = new Goal(model.demands(), 0, 1);
    }

    /** A case distinction or prices. */
    sealed interface Node {}

    /** Two cases. */
    record Cases(int lane, int step, Node covered, Node uncovered) implements Node {}

    /** Prices. */
    record Priced(Dual dual, long force) implements Node {}

    /**
     * What came of it.
     *
     * @param proven the shortfall that is proven, in worker-steps; 0 or less proves nothing
     * @param proof why, or {@code null}
     * @param better sessions that fall short by less than was to be proven, or {@code null}
     */
    record Outcome(
            long proven, @Nullable Node proof, @Nullable Roster better) {}

    /** What the same price everywhere proves, without a search: needed less what there is. */
    long area(int[] need) {
        aim(new Goal(need, 0, Long.MAX_VALUE >> 24));
        ascent.search(goal, null, null, null, 0, budget.part(0), this::look);
        return steps(ascent.bound());
    }

    /**
     * Tries to prove that no plan whose coverage is at least the floor falls short by less.
     *
     * @param need the demand by step
     * @param least how many workers are online at least
     * @param shortfall in worker-steps, at least 1
     * @param share the part of the whole budget, in percent, that cases may take
     * @param hint the best plan that is known
     * @return what is proven
     */
    Outcome prove(int[] need, int least, long shortfall, int share, Roster hint) {
        aim(new Goal(need, least, shortfall));
        part = model.small() ? budget.part(share * SMALL) : budget.part(share);
        if (ascent.search(goal, null, null, hint, ROOT_ITERATIONS, budget.part(ROOT_SHARE), this::look)) {
            return new Outcome(shortfall, priced(), null);
        }
        long root = steps(ascent.bound());
        Node rootNode = priced();
        Node tree = found == null ? cases(null) : null;
        if (tree != null) {
            return new Outcome(shortfall, tree, null);
        }
        return new Outcome(root, root > 0 ? rootNode : null, found);
    }

    /** The same with few prices and without cases: what is proven at little cost. */
    Outcome glance(int[] need, int least, long shortfall, Roster hint) {
        aim(new Goal(need, least, shortfall));
        ascent.search(goal, null, null, hint, FIRST_ITERATIONS, budget.part(ROOT_SHARE), this::look);
        long root = Math.min(shortfall, steps(ascent.bound()));
        return new Outcome(root, root > 0 ? priced() : null, found);
    }

    private void aim(Goal next) {
        goal = next;
        found = null;
    }

    /** What the last search found. */
    private Node priced() {
        return new Priced(ascent.prices(), ascent.force());
    }

    private static long steps(long bound) {
        return bound <= 0 ? 0 : (bound + Dual.UNIT - 1) / Dual.UNIT;
    }

    /** Proves a case that prices alone do not, or returns {@code null}. Uses what the last search left behind. */
    private @Nullable Node cases(@Nullable Fixing fixings) {
        if (part.spent()) {
            return null;
        }
        int[] branch = branch(fixings);
        if (branch.length == 0) {
            return null;
        }
        int lane = branch[0];
        int step = branch[1];
        Dual prices = ascent.prices();
        boolean first = ascent.average(lane, step) >= 0.5;
        Node one = node(new Fixing(fixings, lane, step, first), prices);
        if (one == null) {
            return null;
        }
        Node other = node(new Fixing(fixings, lane, step, !first), prices);
        return other == null ? null : new Cases(lane, step, first ? one : other, first ? other : one);
    }

    private @Nullable Node node(Fixing fixings, Dual parent) {
        if (ascent.search(goal, fixings, parent, null, CASE_ITERATIONS, part, this::look)) {
            return priced();
        }
        return found == null ? cases(fixings) : null;
    }

    /** The lane and step about which the lanes' wishes disagree most, at the step that is short of most. */
    private int[] branch(@Nullable Fixing fixings) {
        int[] best = {};
        double bestScore = -1;
        for (int t = model.judged; t < model.steps; t++) {
            double there = 0;
            for (int lane = 0; lane < model.lanes.size(); lane++) {
                there += ascent.average(lane, t);
            }
            double need = Math.max(goal.demand[t], goal.floor);
            for (int lane = 0; lane < model.lanes.size(); lane++) {
                double average = ascent.average(lane, t);
                double open = Math.min(average, 1 - average);
                double score = (open > WHOLE ? 1 + open : 0) + 0.1 * Math.max(0, need - there);
                if (score > bestScore && !Fixing.fixes(fixings, lane, t)) {
                    bestScore = score;
                    best = new int[] {lane, t};
                }
            }
        }
        return best;
    }

    /** Sessions that each lane would choose for itself are a plan, if shared accounts can pay for it. */
    private boolean look(Relaxation wishes) {
        Roster roster = new Roster(model);
        for (int lane = 0; lane < model.lanes.size(); lane++) {
            if (!model.lanes.get(lane).permanent) {
                roster.put(lane, wishes.schedule(lane));
            }
        }
        if (roster.minimum() >= goal.floor && roster.shortfall(goal.demand) < goal.wanted && paid(roster)) {
            found = roster;
        }
        return found != null;
    }

    private boolean paid(Roster roster) {
        for (int account = 0; account < model.quotas.size(); account++) {
            if (!roster.paid(account)) {
                return false;
            }
        }
        return true;
    }
}
