package dev.gpupool.internal.planning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.planning.PlanAccount;
import dev.gpupool.planning.PlanRequest;
import dev.gpupool.planning.PlanRequestBuilder;
import dev.gpupool.planning.PlanWorker;
import dev.gpupool.planning.QuotaSpan;
import dev.gpupool.planning.StartWindow;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What stands in for all places at which a cycle can be cut, where these are too dear, must never be less. */
class LooseBoundTest {
    private static final Instant MONDAY = Instant.parse("2026-11-30T00:00:00Z");
    private static final Duration STEP = Duration.ofMinutes(15);

    @Test
    void shouldNeverEarnLessThanAnyCutOfTheCircle() {
        int same = 0;
        for (int seed = 0; seed < 3_000; seed++) {
            Random random = new Random(seed);
            Model model = ModelBuilder.of(request(random));
            Lane lane = model.lanes.get(0);
            Quota quota = model.quota(lane);
            long[] gain = random.longs(model.steps, 0, 20).toArray();
            Prices prices = new Prices(gain, null, null, 0);
            LaneDp dp = new LaneDp(model);
            long most = 0;
            for (int cut = 0; cut < model.steps; cut++) {
                most = Math.max(most, dp.solve(lane, new Axis(quota, quota.budgets(), model.steps, cut), prices));
            }

            long loose = dp.atMost(lane, new Axis(quota, quota.budgets(), model.steps, 0), prices);

            assertThat(loose).as("seed %s", seed).isGreaterThanOrEqualTo(most);
            same += loose == most ? 1 : 0;
        }
        assertThat(same).as("and often it is the same").isGreaterThan(1_200);
    }

    private static PlanRequest request(Random random) {
        int steps = 4 + random.nextInt(20);
        int hour = random.nextInt(4);
        PlanWorker worker = PlanWorker.of("w", "p", "a", STEP.multipliedBy(2 + random.nextInt(steps)))
                .withRest(STEP.multipliedBy(random.nextInt(3)));
        PlanRequestBuilder request = PlanRequest.builder()
                .cycle(MONDAY, STEP.multipliedBy(steps))
                .handOver(STEP.multipliedBy(random.nextInt(2)))
                .worker(
                        random.nextBoolean()
                                ? worker
                                : worker.withWindows(StartWindow.daily(
                                        LocalTime.of(hour, 0), LocalTime.of(hour + 1, 30), ZoneOffset.UTC)));
        return request.account(new PlanAccount(
                        "p",
                        "a",
                        0,
                        List.of(new QuotaSpan(
                                MONDAY,
                                MONDAY.plus(STEP.multipliedBy(steps)),
                                STEP.multipliedBy(1 + random.nextInt(steps))))))
                .build();
    }
}
