package dev.gpupool.testkit.cases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.JobHandle;
import dev.gpupool.JobState;
import dev.gpupool.PoolEvent;
import dev.gpupool.quota.Selection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RotationCasesTest {
    private static final int WORKERS = 14;

    @Test
    void shouldGiveFourteenEqualWorkersEquallyManyOf1400JobsOverTwentyRestarts() {
        try (World world = World.create()) {
            List<Hand> fleet = equalWorkers(world);
            TreeMap<String, Integer> jobs = new TreeMap<>();
            for (int i = 0; i < 1_400; i++) {
                if (i % 67 == 66) {
                    world.restart();
                    fleet.forEach(Hand::beat);
                    fleet.forEach(Hand::claim);
                }
                JobHandle job = world.work(Duration.ofMinutes(1));
                Hand taker = taker(fleet);
                jobs.merge(taker.name(), 1, Integer::sum);
                taker.complete(taker.job().lease(), Duration.ZERO);
                assertThat(world.job(job).state()).isEqualTo(JobState.SUCCEEDED);
                taker.claim();
            }
            assertThat(jobs).hasSize(WORKERS);
            assertThat(jobs.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(1_400);
            assertThat(spread(jobs.values())).isLessThanOrEqualTo(1);
        }
    }

    @Test
    void shouldSpreadTwoHundredOneHourJobsWithinOneHourWhereARotatingIndexSpreadsThemBySeveral() {
        TreeMap<String, Integer> ours = new TreeMap<>();
        try (World world = World.create()) {
            world.advance(Duration.ofDays(5));
            equalWorkers(world);
            for (int i = 0; i < 200; i++) {
                Selection selection =
                        world.pool().quotas().selectNextWorker("default").orElseThrow();
                world.await(world.pool().quotas().recordUsage(selection, Duration.ofHours(1)));
                ours.merge(selection.worker(), 1, Integer::sum);
            }
            for (String worker : ours.keySet()) {
                assertThat(world.pool().quotas().quota(worker).used())
                        .isEqualTo(Duration.ofHours(ours.getOrDefault(worker, 0)));
            }
        }
        assertThat(ours).hasSize(WORKERS);
        assertThat(spread(ours.values())).isLessThanOrEqualTo(1);
        assertThat(spread(rotatingIndex(WORKERS, 200))).isGreaterThan(2);
    }

    /** The seed's algorithm, as it is written: copy, filter, sort by utilisation, take the one at a rotating index. */
    private static Collection<Integer> rotatingIndex(int workers, int picks) {
        TreeMap<Integer, Integer> used = new TreeMap<>();
        for (int i = 0; i < workers; i++) {
            used.put(i, 0);
        }
        int index = 0;
        for (int i = 0; i < picks; i++) {
            List<Integer> safe = new ArrayList<>(used.keySet());
            safe.removeIf(worker -> used.getOrDefault(worker, 0) / 84.0 >= 0.7);
            safe.sort(Comparator.comparingDouble(worker -> used.getOrDefault(worker, 0) / 84.0));
            used.merge(safe.get(index % safe.size()), 1, Integer::sum);
            index++;
        }
        return used.values();
    }

    @Test
    void shouldAlternateColabAndKaggleOverTheFirst28JobsOfTheSeedFleet() {
        try (World world = World.create().seedFleet()) {
            world.minutes(1);
            assertThat(world.pool().status().health().online()).isEqualTo(14);
            for (int i = 0; i < 28; i++) {
                world.await(world.work(Duration.ofMinutes(1)).result());
                world.advance(Duration.ofSeconds(5));
            }
            List<String> providers = world.events(PoolEvent.Type.JOB_LEASED).stream()
                    .map(event -> event.account().substring(0, event.account().indexOf('/')))
                    .toList();
            assertThat(providers).hasSize(28);
            for (int i = 1; i < providers.size(); i++) {
                assertThat(providers.get(i)).as("job " + i + " of " + providers).isNotEqualTo(providers.get(i - 1));
            }
            TreeMap<String, Integer> jobs = new TreeMap<>();
            world.events(PoolEvent.Type.JOB_LEASED).forEach(event -> jobs.merge(event.worker(), 1, Integer::sum));
            assertThat(jobs).hasSize(14);
            assertThat(spread(jobs.values())).isZero();
        }
    }

    private static List<Hand> equalWorkers(World world) {
        List<Hand> fleet = new ArrayList<>();
        for (int i = 0; i < WORKERS; i++) {
            fleet.add(world.hand("colab", "a" + (10 + i), "w" + (10 + i)).online());
        }
        return fleet;
    }

    private static Hand taker(List<Hand> fleet) {
        List<Hand> takers =
                fleet.stream().filter(worker -> worker.given() != null).toList();
        assertThat(takers).hasSize(1);
        return takers.get(0);
    }

    private static int spread(Collection<Integer> values) {
        return Collections.max(values) - Collections.min(values);
    }
}
