package dev.gpupool.internal.plancheck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.internal.plancheck.PlanOracle.Best;
import dev.gpupool.planning.CoveragePlan;
import dev.gpupool.planning.CoveragePlanner;
import dev.gpupool.planning.PlanChecker;
import dev.gpupool.planning.PlanRequest;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** The planner against an enumeration of all plans. */
class PlannerOptimumTest {
    private static final int REQUESTS = Integer.getInteger("gpupool.plancheck.requests", 300);

    @Test
    void shouldFindTheOptimumOfEverySmallRequest() {
        List<String> faults = new ArrayList<>();
        List<Long> unproven = new ArrayList<>();
        for (long seed = 0; seed < REQUESTS; seed++) {
            PlanRequest request = SmallRequests.of(seed);
            CoveragePlan plan = CoveragePlanner.plan(request);
            faults.addAll(faults(seed, request, plan));
            if (!plan.optimal()) {
                unproven.add(seed);
            }
        }

        assertThat(faults).isEmpty();
        assertThat(unproven).hasSizeLessThanOrEqualTo(1 + REQUESTS / 100);
    }

    @Property(tries = 50)
    void shouldFindTheOptimumOfAnySmallRequest(@ForAll long seed) {
        PlanRequest request = SmallRequests.of(seed);
        assertThat(faults(seed, request, CoveragePlanner.plan(request)))
                .as("%s", request)
                .isEmpty();
    }

    /** The highest minimum must be proven; the least shortfall must be found, and seldom lacks a proof. */
    private static List<String> faults(long seed, PlanRequest request, CoveragePlan plan) {
        PlanOracle oracle = new PlanOracle(request);
        Best best = oracle.best();
        List<String> faults = new ArrayList<>(PlanChecker.check(plan));
        if (!new PlanJudge(oracle).accepts(plan)) {
            faults.add("the oracle refuses the plan");
        }
        if (plan.minimum() < best.minimum() || plan.minimum() > best.highest()) {
            faults.add("minimum " + plan.minimum() + " is not the optimum");
        }
        if (plan.shortfallSteps() != best.shortfall()) {
            faults.add("shortfall " + plan.shortfallSteps() + " is not the optimum");
        }
        if (plan.minimumAtMost() < best.highest() || plan.shortfallAtLeast() > best.shortfall()) {
            faults.add("bounds " + plan.minimumAtMost() + " and " + plan.shortfallAtLeast() + " are too strong");
        }
        if (!minimumIsProven(request, plan)) {
            faults.add("the bound " + plan.minimumAtMost() + " does not prove the minimum");
        }
        return faults.stream()
                .map(fault -> "seed " + seed + ", " + best + ": " + fault)
                .toList();
    }

    /** Above what the target asks for at every step, none need be. */
    private static boolean minimumIsProven(PlanRequest request, CoveragePlan plan) {
        int lowest = Integer.MAX_VALUE;
        for (int step = request.firstJudged(); step < request.steps(); step++) {
            lowest = Math.min(lowest, request.demand(step));
        }
        return plan.minimum() >= Math.min(plan.minimumAtMost(), lowest);
    }
}
