package dev.gpupool.internal.plancheck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.planning.PlanAccount;
import dev.gpupool.planning.PlanRequest;
import dev.gpupool.planning.PlanWorker;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class EarningsTest {
    @Test
    void shouldTryEveryFeatureOfARequest() {
        Map<String, Integer> count = new LinkedHashMap<>();
        for (long seed = 0; seed < 300; seed++) {
            PlanRequest request = SmallRequests.of(seed);
            for (int which = 0; which < 15; which++) {
                String feature = SmallRequests.feature(request, which);
                if (feature != null) {
                    count.merge(feature, 1, Integer::sum);
                }
            }
        }

        assertThat(count).hasSize(27);
        assertThat(count.values()).allMatch(times -> times >= 10);
    }

    @Property(tries = 400)
    void shouldFindTheMostThatAnySeriesEarns(@ForAll long seed) {
        PlanRequest request = SmallRequests.of(seed);
        PlanOracle oracle = new PlanOracle(request);
        Grid grid = new Grid(request);
        Random random = new Random(seed + 1);
        for (PlanWorker worker : request.workers()) {
            for (int round = 0; round < 4; round++) {
                long[] gains = numbers(random, request.steps(), round == 0 ? 0 : -5, 10);
                long[] byUse = numbers(random, oracle.account(worker).spans().size(), 0, 8);
                long most = most(oracle, worker, gains, byUse);
                Limits limits = Objects.requireNonNull(grid.limits().get(worker.name()));
                Prices prices = new Prices(grid.handOver(), gains, costs(oracle, oracle.account(worker), byUse));

                assertThat(Earnings.of(limits, prices, request.cyclic()))
                        .as("seed %s, %s of %s", seed, worker, request)
                        .isEqualTo(most);
                assertThat(Earnings.atMost(limits, prices, request.cyclic())).isGreaterThanOrEqualTo(most);
            }
        }
    }

    private static long[] costs(PlanOracle oracle, PlanAccount account, long[] byUse) {
        long[] costs = new long[oracle.steps];
        for (int step = 0; step < costs.length; step++) {
            costs[step] = byUse[oracle.spanAt(account, step)];
        }
        return costs;
    }

    private static long most(PlanOracle oracle, PlanWorker worker, long[] gains, long[] byUse) {
        List<Long> all = new ArrayList<>();
        for (Series series : oracle.series(worker)) {
            long earned = 0;
            for (int step = 0; step < gains.length; step++) {
                earned += (series.covered() >> step & 1) * gains[step];
            }
            for (int span = 0; span < byUse.length; span++) {
                earned -= series.used().get(span) * byUse[span];
            }
            all.add(earned);
        }
        return all.stream().mapToLong(Long::longValue).max().orElseThrow();
    }

    private static long[] numbers(Random random, int count, int from, int to) {
        return random.ints(count, from, to).asLongStream().toArray();
    }
}
