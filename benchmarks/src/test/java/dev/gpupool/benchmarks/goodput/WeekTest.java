package dev.gpupool.benchmarks.goodput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.gpupool.quota.Metering;
import java.util.EnumMap;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WeekTest {
    private static final long HOUR = 3_600_000;
    private static final WorldPlan WORLD = WorldPlan.read();
    private static final long BOUND = Week.bound(WORLD);
    private static final long SEED = 3;
    private static final TreeMap<String, WeekResult> PLAYED = new TreeMap<>();

    @ParameterizedTest
    @EnumSource(Metering.class)
    void shouldLoseHoursOnlyToWhatTheWorkloadAndTheMeterAskFor(Metering metering) {
        WeekResult week = play("mixed", metering, false, Policy.DEFAULT);
        assertThat(week.standstill())
                .as("5 to 20 s for each 30 min of work, of which jobs that cannot resume do a part")
                .isBetween(week.used() * 5 / 1_800 / 2, week.used() * 20 / 1_800);
        assertThat(week.repeated())
                .as("what ran at the end, at most a job that cannot resume on each worker")
                .isBetween(0L, BOUND / 100);
        assertThat(week.idle() > 0).isEqualTo(metering == Metering.SESSION_TIME);
        assertThat(week.used()).as("without faults").isLessThanOrEqualTo(BOUND);
        assertThat(week.useful()).isGreaterThan(BOUND * 97 / 100);
    }

    @Test
    void shouldHaveMoreWorkersThanQuota() {
        WeekResult week = play("mixed", Metering.JOB_TIME, false, Policy.DEFAULT);
        assertThat(week.present()).isBetween(BOUND * 16 / 10, 980 * HOUR);
    }

    @Test
    void shouldGiveTheSameWeekForTheSameSeed() {
        Week again = new Week(WORLD, Workload.named("mixed"), Metering.JOB_TIME, true, Policy.RANDOM, SEED);
        assertThat(again.run()).isEqualTo(play("mixed", Metering.JOB_TIME, true, Policy.RANDOM));
    }

    @Test
    void shouldLoseHoursToFaults() {
        WeekResult calm = play("mixed", Metering.JOB_TIME, false, Policy.DEFAULT);
        WeekResult faulty = play("mixed", Metering.JOB_TIME, true, Policy.RANDOM);
        assertThat(faulty.repeated()).isGreaterThan(calm.repeated() + HOUR);
        assertThat(faulty.useful()).isBetween(BOUND / 2, calm.useful());
    }

    @Test
    void shouldTellPoliciesApartWhereWorkersWaitForJobs() {
        EnumMap<Policy, WeekResult> weeks =
                new Setting(Workload.named("even"), Metering.JOB_TIME, false).weeks(WORLD, SEED);
        assertThat(weeks).containsOnlyKeys(Policy.DEFAULT, Policy.SEED, Policy.FCFS, Policy.RANDOM);
        assertThat(weeks.values().stream().distinct()).hasSize(4);
        long present = Objects.requireNonNull(weeks.get(Policy.DEFAULT)).present();
        assertThat(weeks.values())
                .as("the same sessions, but for what is given back at their ends")
                .allSatisfy(week -> assertThat(week.present()).isCloseTo(present, withinPercentage(1)));
    }

    @Test
    void shouldBurnFewerIdleHoursWhereIdleSessionsDrain() {
        WeekResult plain = play("even", Metering.SESSION_TIME, false, Policy.DEFAULT);
        WeekResult drained = play("even", Metering.SESSION_TIME, false, Policy.DEFAULT_IDLE_DRAIN);
        assertThat(drained.idle()).isLessThan(plain.idle() / 2);
        assertThat(drained.useful()).isGreaterThan(plain.useful());
    }

    /** Each once, since a week takes a while. */
    private static WeekResult play(String workload, Metering metering, boolean faults, Policy policy) {
        return PLAYED.computeIfAbsent(
                workload + metering + faults + policy,
                name -> new Week(WORLD, Workload.named(workload), metering, faults, policy, SEED).run());
    }
}
