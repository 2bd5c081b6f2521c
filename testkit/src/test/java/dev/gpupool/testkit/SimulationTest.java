package dev.gpupool.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.PoolEvent;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import org.junit.jupiter.api.Test;

class SimulationTest {
    private static final int SEEDS = Integer.getInteger("gpupool.simulation.seeds", 6);
    private static final long FIRST = Long.getLong("gpupool.simulation.first", 1);

    /** So few seeds may miss a path by chance. */
    private static final int ENOUGH = 20;

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
    void shouldGiveTheSameRunForTheSameSeed() {
        SimOutcome once = week(3).days(2).jobs(100).run();
        SimOutcome again = week(3).days(2).jobs(100).run();
        assertThat(once.log().size()).isGreaterThan(1_000);
        assertThat(again.log().lines()).isEqualTo(once.log().lines());
        assertThat(again.log().hash()).isEqualTo(once.log().hash());
    }

    @Test
    void shouldKeepAllPromisesInFaultyWeeks() {
        EnumMap<PoolEvent.Type, Long> counts = new EnumMap<>(PoolEvent.Type.class);
        long start = System.nanoTime();
        for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
            SimOutcome outcome = run(seed);
            REFUSALS.forEach(type -> counts.merge(type, outcome.count(type), Long::sum));
        }
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        System.out.println(SEEDS + " weeks with all faults in " + took.toMillis() + " ms, refusals: " + counts);
        if (SEEDS >= ENOUGH) {
            assertThat(counts)
                    .allSatisfy(
                            (type, count) -> assertThat(count).as(type.name()).isPositive());
        }
    }

    private static SimOutcome run(long seed) {
        try {
            SimOutcome outcome = week(seed).run();
            Checks.all(outcome);
            return outcome;
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("seed " + seed + " failed: " + e.getMessage(), e);
        }
    }

    /** Every second seed has 2 or 3 hosts. */
    private static Simulation.Builder week(long seed) {
        int hosts = seed % 2 == 1 ? 1 : 2 + (int) (seed / 2 % 2);
        return Simulation.seed(seed).hosts(hosts).allFaults();
    }
}
