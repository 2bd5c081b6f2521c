package dev.gpupool.internal.planning;

import dev.gpupool.planning.CoveragePlan;
import dev.gpupool.planning.PlanRequest;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Finds a plan and proves how good it is.
 *
 * <ol>
 *   <li>An upper bound of the minimum follows from prices that are the same everywhere: all that the lanes can cover, by
 *       the number of steps.
 *   <li>A first plan: an earlier one where there is one, else a chain round the cycle, else lane by lane.
 *   <li>It is improved until its minimum is at the bound. Where that does not come about, the bound is proven lower by
 *       other prices or by cases, or a case shows a better plan.
 *   <li>The same for the shortfall, at that minimum.
 *   <li>What work is left goes into fewer starts and evenness; then what changed since an earlier plan without need is
 *       taken back.
 * </ol>
 */
public final class Planner {
    /** Table entries for each unit of effort: the hundred of the default are less than a second. */
    private static final long WORK = 1_500_000;
    /** How long an aim is pursued without success, and how long a plan is polished that is good enough. */
    private static final int STUBBORN = 60;

    private static final int HASTY = 6;

    /** Passes over all lanes that any effort allows. */
    private static final long PASSES = 3;

    private final PlanRequest request;
    private final Model model;
    private final Budget budget;
    private final Prover prover;
    private final Improver improver;
    private final @Nullable Roster earlier;
    private final int[] demand;
    private final Proofs proofs = new Proofs();

    private Planner(PlanRequest request) {
        this.request = request;
        this.model = ModelBuilder.of(request);
        this.budget = new Budget(Math.max(WORK * request.effort(), PASSES * pass()));
        this.prover = new Prover(model, budget);
        this.improver = new Improver(model, budget, 1);
        this.demand = model.demands();
        this.earlier = request.previous().isEmpty() ? null : Earlier.of(request, model);
    }

    public static CoveragePlan plan(PlanRequest request) {
        return new Planner(request).plan();
    }

    private long pass() {
        long sum = 0;
        for (Lane lane : model.lanes) {
            Axis axis = new Axis(model.quota(lane), model.quota(lane).budgets(), model.steps, 0);
            sum += (long) model.steps * (axis.metered ? axis.largestBudget() + 1 : 1);
        }
        return sum;
    }

    private CoveragePlan plan() {
        Roster roster = highest(mostByArea());
        roster = least(roster);
        if (earlier == null) {
            Worth worth = new Worth(model, Math.min(roster.minimum(), model.lowestDemand()), null);
            roster = improver.improve(roster, worth, any -> false, HASTY, 20);
        } else {
            new Restraint(model, earlier, roster).apply();
        }
        return new Result(request, model, roster, proofs).plan();
    }

    /** All that the lanes can cover, by the number of steps: what no minimum exceeds. */
    private int mostByArea() {
        int lanes = model.lanes.size();
        long covered = (long) lanes * model.judgedSteps() - prover.area(constant(lanes));
        return (int) Math.min(lanes, covered / model.judgedSteps());
    }

    private int[] constant(int workers) {
        int[] constant = new int[model.steps];
        Arrays.fill(constant, workers);
        return constant;
    }

    /**
     * The highest minimum, up to what the target asks for at every step: more would use up quota that nobody asked for.
     */
    private Roster highest(int byArea) {
        int most = Math.min(byArea, model.lowestDemand());
        Worth worth = new Worth(model, most, earlier);
        Roster roster = first(worth, most);
        if (earlier != null && roster.minimum() < most) {
            roster = improver.improve(roster, worth.frozen(), better -> better.minimum() >= most, STUBBORN, 15);
        }
        if (roster.minimum() < most) {
            roster = improver.improve(roster, worth, better -> better.minimum() >= most, STUBBORN, 25);
        }
        int open = -1;
        while (roster.minimum() < most && open < 0) {
            int next = roster.minimum() + 1;
            Prover.Outcome outcome = prover.prove(constant(next), 0, 1, 25, roster);
            if (outcome.proof() != null) {
                proofs.minimum(next, outcome.proof());
                return roster;
            }
            if (outcome.better() != null) {
                roster = outcome.better();
                continue;
            }
            Roster better = improver.improve(
                    roster, new Worth(model, next, earlier), some -> some.minimum() >= next, STUBBORN, 25);
            open = better.minimum() >= next ? -1 : next;
            roster = better.minimum() >= roster.minimum() ? better : roster;
        }
        bound(Math.max(byArea, roster.minimum()) + 1, open, roster);
        return roster;
    }

    /**
     * Proves a minimum that no plan reaches: the one by area, and a lower one if that was tried without success.
     *
     * @param byArea the least that the area does not give
     * @param open one that was neither reached nor disproven, or -1
     * @param roster the best plan that is known
     */
    private void bound(int byArea, int open, Roster roster) {
        for (int next = open < 0 ? byArea : open + 1; next <= model.lanes.size(); next++) {
            Prover.Outcome outcome = prover.prove(constant(next), 0, 1, 0, roster);
            if (outcome.proof() != null) {
                proofs.minimum(next, outcome.proof());
                return;
            }
        }
    }

    private Roster first(Worth worth, int most) {
        if (earlier != null) {
            return earlier.copy();
        }
        if (model.cyclic) {
            Roster chain = Chain.of(model);
            if (chain.minimum() >= most) {
                return chain;
            }
            Roster inserted = improver.insert(worth);
            return inserted.worth(worth) - chain.worth(worth) > 0 ? inserted : chain;
        }
        return improver.insert(worth);
    }

    private Roster least(Roster from) {
        Roster roster = from;
        int minimum = Math.min(roster.minimum(), model.lowestDemand());
        long shortfall = roster.shortfall(demand);
        if (shortfall == 0) {
            return roster;
        }
        Prover.Outcome outcome = prover.glance(demand, minimum, shortfall, roster);
        Worth worth = new Worth(model, minimum, earlier);
        long proven = Math.max(0, outcome.proven());
        if (earlier != null && proven < shortfall) {
            roster = improver.improve(
                    roster, worth.frozen(), better -> better.shortfall(demand) <= proven, STUBBORN, 15);
        }
        if (proven < roster.shortfall(demand)) {
            roster = improver.improve(roster, worth, better -> better.shortfall(demand) <= proven, STUBBORN, 40);
        }
        for (boolean open = true; open && roster.shortfall(demand) > proven; ) {
            Prover.Outcome next = prover.prove(demand, minimum, roster.shortfall(demand), 25, roster);
            open = next.better() != null;
            roster = next.better() == null ? roster : next.better();
            outcome = next.proven() >= outcome.proven() ? next : outcome;
        }
        proofs.shortfall(outcome.proven(), minimum, demand, outcome.proof());
        return roster;
    }
}
