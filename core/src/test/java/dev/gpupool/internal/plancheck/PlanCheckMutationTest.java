package dev.gpupool.internal.plancheck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.planning.CoveragePlan;
import dev.gpupool.planning.CoveragePlanner;
import dev.gpupool.planning.PlanChecker;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The checker accepts right plans and rejects wrong ones, and oracles that enumerate tell which is which. */
class PlanCheckMutationTest {
    private static final int REQUESTS = Integer.getInteger("gpupool.plancheck.requests", 150);

    @Test
    void shouldRejectEveryPlanThatAMutationMakesWrong() {
        Map<Mutation, Integer> rejected = new EnumMap<>(Mutation.class);
        Map<Mutation, Integer> stillRight = new EnumMap<>(Mutation.class);
        int claims = 0;
        for (long seed = 0; seed < REQUESTS; seed++) {
            PlanOracle oracle = new PlanOracle(SmallRequests.of(seed));
            PlanJudge judge = new PlanJudge(oracle);
            // A good plan is tight, so more of its mutants are wrong; a random one has more ways to be.
            CoveragePlan plan =
                    seed % 3 == 0 ? CoveragePlanner.plan(oracle.request) : new RandomPlans(oracle, seed).next();
            claims += plan.certificate().claims().size();
            assertThat(judge.accepts(plan)).as("seed %s: %s", seed, plan).isTrue();
            assertThat(PlanChecker.check(plan)).as("seed %s: %s", seed, plan).isEmpty();
            Random random = new Random(seed);
            for (Mutation mutation : Mutation.values()) {
                CoveragePlan mutant = mutation.apply(plan, random);
                boolean right = judge.accepts(mutant);
                List<String> wrong = PlanChecker.check(mutant);
                assertThat(wrong.isEmpty())
                        .as("seed %s, %s, wrong: %s, %s", seed, mutation, wrong, mutant)
                        .isEqualTo(right);
                if (!mutant.equals(plan)) {
                    (right ? stillRight : rejected).merge(mutation, 1, Integer::sum);
                }
            }
        }

        assertThat(claims).isGreaterThan(REQUESTS / 2);
        for (Mutation mutation : Mutation.values()) {
            assertThat(rejected.getOrDefault(mutation, 0))
                    .as("%s in %s, right %s", mutation, rejected, stillRight)
                    .isGreaterThanOrEqualTo(10);
        }
        // Else the oracle would only ever say no.
        assertThat(stillRight.values().stream().mapToInt(Integer::intValue).sum())
                .isGreaterThan(REQUESTS);
    }
}
