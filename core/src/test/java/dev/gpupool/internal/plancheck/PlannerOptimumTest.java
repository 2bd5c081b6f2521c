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
    void shouldFindAndProveTheOptimumOfEverySmallRequest() {
        List<String> faults = new ArrayList<>();
        for (long seed = 0; seed < REQUESTS; seed++) {
            faults.addAll(faults(seed));
        }

        assertThat(faults).isEmpty();
    }

    @Property(tries = 50)
    void shouldFindAndProveTheOptimumOfAnySmallRequest(@ForAll long seed) {
        assertThat(faults(seed)).as("%s", SmallRequests.of(seed)).isEmpty();
    }

    private static List<String> faults(long seed) {
        PlanRequest request = SmallRequests.of(seed);
        CoveragePlan plan = CoveragePlanner.plan(request);
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
        if (!plan.optimal()) {
            faults.add("bounds " + plan.minimumAtMost() + " and " + plan.shortfallAtLeast() + " do not prove it");
        }
        return faults.stream()
                .map(fault -> "seed " + seed + ", " + best + ": " + fault)
                .toList();
    }
}
