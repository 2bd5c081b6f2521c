package dev.gpupool.internal.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.internal.util.Dice;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is learnt comes out again, and stays bounded. */
class LearningTest {
    private static final long HOUR = 3_600_000;
    private static final long DAY = 24 * HOUR;

    @Test
    void shouldDrawRunTimesAsTheyWereSeen() {
        RunTimes runTimes = new RunTimes();
        for (int i = 0; i < 400; i++) {
            runTimes.ended("train", 10 * HOUR, 2 * HOUR);
        }
        Dice dice = new Dice(1);
        int near = 0;
        for (int i = 0; i < 1_000; i++) {
            long total = runTimes.shape("train").total(10 * HOUR, 0, dice);
            near += total > 1.6 * HOUR && total < 2.4 * HOUR ? 1 : 0;
        }

        assertThat(near).isGreaterThan(950);
    }

    @Test
    void shouldDrawNoRunTimeThatIsOverAlready() {
        Shape shape = new RunTimes().shape("unknown");
        Dice dice = new Dice(1);

        for (long ran = 0; ran < 12 * HOUR; ran += HOUR / 4) {
            assertThat(shape.total(10 * HOUR, ran, dice)).isGreaterThan(ran);
        }
    }

    @Test
    void shouldBorrowFromAllJobsForASortOfWhichNothingIsKnown() {
        RunTimes runTimes = new RunTimes();
        for (int i = 0; i < 400; i++) {
            runTimes.ended("train", 10 * HOUR, HOUR);
        }
        Dice dice = new Dice(1);
        long sum = 0;
        for (int i = 0; i < 1_000; i++) {
            sum += runTimes.shape("evaluate").total(10 * HOUR, 0, dice) / 1_000;
        }

        assertThat(sum).isBetween(HOUR / 2, 2 * HOUR);
    }

    @Test
    void shouldExpectJobsInTheHoursInWhichTheyCame() {
        Demand<String> demand = new Demand<>(0);
        for (long day = 0; day < 28; day++) {
            for (int i = 0; i < 10; i++) {
                demand.came(day * DAY + 9 * HOUR + i * 60_000L, "job");
            }
        }
        Flow flow = demand.flow(28 * DAY, List.of(new Waiting("", 0, 0, 0, 0, 0, HOUR, 0, 0)));
        Dice dice = new Dice(1);
        int atNine = 0;
        int all = 0;
        long at = flow.next(28 * DAY, 56 * DAY, 1, dice);
        while (at < 56 * DAY) {
            all++;
            atNine += at % DAY / HOUR == 9 ? 1 : 0;
            at = flow.next(at, 56 * DAY, 1, dice);
        }

        assertThat(all).isBetween(180, 380);
        assertThat((double) atNine / all).isGreaterThan(0.4);
        assertThat(demand.samples()).hasSize(256);
    }

    @Test
    void shouldKeepTheNewestSessionsOfAWorkerAndKnowSinceWhen() {
        Presence presence = new Presence(0);
        for (int day = 0; day < 100; day++) {
            presence.came("colab-1", "s" + day, day * DAY, 0);
            presence.went("colab-1", "s" + day, day * DAY + HOUR, false);
        }

        Past past = presence.of("colab-1");

        assertThat(past.stays()).hasSize(40);
        assertThat(past.stays().get(39)).isEqualTo(new Past.Stay("s99", 99 * DAY, 0, 99 * DAY + HOUR));
        assertThat(past.since()).isEqualTo(59 * DAY + 1);
    }

    @Test
    void shouldKeepNoMoreThanItsShareOfWorkersAndSorts() {
        Presence presence = new Presence(0);
        RunTimes runTimes = new RunTimes();
        runTimes.ended("first", HOUR, HOUR);
        for (int i = 0; i < 5_000; i++) {
            presence.came("w" + i, "s" + i, i, 0);
            runTimes.ended("sort" + i % 300, HOUR, 1);
        }

        assertThat(presence.of("w0")).isEqualTo(Past.NONE);
        assertThat(presence.of("w4999").stays()).hasSize(1);
        assertThat(drawn(runTimes, "first")).isEqualTo(drawn(runTimes, "never seen"));
        assertThat(drawn(runTimes, "sort199")).isNotEqualTo(drawn(runTimes, "never seen"));
    }

    private static List<Long> drawn(RunTimes runTimes, String sort) {
        Dice dice = new Dice(1);
        return Stream.generate(() -> runTimes.shape(sort).total(HOUR, 0, dice))
                .limit(1_000)
                .toList();
    }

    @Test
    void shouldCountEndsThatNobodyHadPlanned() {
        Presence presence = new Presence(0);
        double before = presence.earlyEndsPerHour();
        for (int i = 0; i < 50; i++) {
            presence.came("w", "s" + i, i * DAY, 0);
            presence.went("w", "s" + i, i * DAY + 10 * HOUR, true);
        }

        assertThat(before).isLessThan(0.01);
        assertThat(presence.earlyEndsPerHour()).isBetween(0.05, 0.1);
    }
}
