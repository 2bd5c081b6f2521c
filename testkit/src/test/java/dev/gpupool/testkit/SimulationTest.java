package dev.gpupool.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.PoolEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class SimulationTest {
    private static final int SEEDS = Integer.getInteger("gpupool.simulation.seeds", 100);
    private static final long FIRST = Long.getLong("gpupool.simulation.first", 1);

    /** So few seeds may miss a path by chance. */
    private static final int ENOUGH = 60;

    /** What the first runs are on every Java: seed, lines of the event log, their SHA-256. */
    private static final Path COMMITTED = Path.of("src/test/resources/simulated-weeks.txt");

    private static final int COMMITTED_SEEDS = 20;

    private static final List<PoolEvent.Type> REFUSALS = List.of(
            PoolEvent.Type.REPORT_REFUSED,
            PoolEvent.Type.LATE_REPORT_ACCEPTED,
            PoolEvent.Type.REATTACH_REFUSED,
            PoolEvent.Type.LEASE_REATTACHED,
            PoolEvent.Type.EXTENSION_REFUSED,
            PoolEvent.Type.BRAKE_ON,
            PoolEvent.Type.OUTCOME_APPLIED,
            PoolEvent.Type.OUTCOME_NOT_APPLIED,
            PoolEvent.Type.JOB_QUARANTINED,
            PoolEvent.Type.CONFLICT);

    @Test
    void shouldKeepAllPromisesInAWeekWithoutFaults() {
        SimOutcome outcome = Simulation.seed(1).run();
        Checks.all(outcome);
        assertThat(outcome.acknowledged()).isEqualTo(500);
        assertThat(outcome.inState("ZSUCCEEDED")).isGreaterThan(480);
        assertThat(outcome.count(PoolEvent.Type.REPORT_REFUSED)).isZero();
        assertThat(outcome.count(PoolEvent.Type.LEASE_REATTACHED)).isZero();
        assertThat(outcome.count(PoolEvent.Type.WORKER_SUSPECT)).isZero();
    }

    @Test
    void shouldPickFairlyInAWeekThatReachesTheMargin() {
        SimOutcome outcome = Simulation.seed(2).judgedPicks().longJobs(35).run();
        Checks.all(outcome);
        assertThat(outcome.count(PoolEvent.Type.JOB_LEASED)).isGreaterThan(500);
        assertThat(outcome.count(PoolEvent.Type.EXTENSION_REFUSED)).isPositive();
    }

    @Test
    void shouldGiveTheSameRunForTheSameSeed() {
        SimOutcome once = Simulation.faultyWeek(6).days(2).jobs(100).run();
        SimOutcome again = Simulation.faultyWeek(6).days(2).jobs(100).run();
        assertThat(once.log().size()).isGreaterThan(1_000);
        assertThat(again.log().lines()).isEqualTo(once.log().lines());
        assertThat(again.log().hash()).isEqualTo(once.log().hash());
    }

    @Test
    void shouldKeepAllPromisesInFaultyWeeksAndGiveTheCommittedRuns() throws Exception {
        EnumMap<PoolEvent.Type, Long> counts = new EnumMap<>(PoolEvent.Type.class);
        List<String> runs = new ArrayList<>();
        long start = System.nanoTime();
        for (Future<SimOutcome> future : all()) {
            SimOutcome outcome = result(future);
            REFUSALS.forEach(type -> counts.merge(type, outcome.count(type), Long::sum));
            if (outcome.seed() <= COMMITTED_SEEDS) {
                runs.add(outcome.seed() + " " + outcome.log().size() + " "
                        + outcome.log().hash());
            }
        }
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        System.out.println(SEEDS + " weeks with all faults in " + took.toMillis() + " ms, refusals: " + counts);
        if (SEEDS >= ENOUGH) {
            assertThat(counts)
                    .allSatisfy(
                            (type, count) -> assertThat(count).as(type.name()).isPositive());
        }
        compare(runs);
    }

    private static List<Future<SimOutcome>> all() throws InterruptedException {
        ExecutorService threads =
                Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
        try {
            List<Future<SimOutcome>> futures = new ArrayList<>();
            for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
                long itsSeed = seed;
                futures.add(threads.submit(() -> run(itsSeed)));
            }
            return futures;
        } finally {
            threads.shutdown();
        }
    }

    private static SimOutcome result(Future<SimOutcome> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new AssertionError("a simulation failed", e.getCause());
        }
    }

    private static SimOutcome run(long seed) {
        try {
            SimOutcome outcome = Simulation.faultyWeek(seed).run();
            Checks.all(outcome);
            return outcome;
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("seed " + seed + " failed: " + e.getMessage(), e);
        }
    }

    /** After a change that is meant to change runs: {@code -Dgpupool.simulation.commit=true} writes the file anew. */
    private static void compare(List<String> runs) throws IOException {
        if (FIRST != 1) {
            return;
        }
        if (Boolean.getBoolean("gpupool.simulation.commit")) {
            Files.write(COMMITTED, runs);
        }
        List<String> committed = Files.readAllLines(COMMITTED);
        assertThat(committed).hasSize(COMMITTED_SEEDS);
        assertThat(runs)
                .as("runs of the same seeds as in " + COMMITTED + "; if they are meant to differ, write it anew with "
                        + "-Dgpupool.simulation.commit=true")
                .isEqualTo(committed.subList(0, runs.size()));
    }
}
