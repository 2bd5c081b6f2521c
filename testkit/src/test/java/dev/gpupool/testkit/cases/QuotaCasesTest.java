package dev.gpupool.testkit.cases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.JobHandle;
import dev.gpupool.JobState;
import dev.gpupool.PoolEvent;
import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.quota.QuotaLevel;
import dev.gpupool.quota.QuotaView;
import dev.gpupool.quota.QuotaWindow;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class QuotaCasesTest {
    private static final Instant NEXT_MONDAY = Instant.parse("2026-01-12T00:00:00Z");

    @Test
    void shouldRefuseAWorkerAtTheMarginAndTakeItOneMillisecondBefore() {
        for (String provider : new String[] {"colab", "kaggle"}) {
            Duration safe = provider.equals("colab") ? Duration.ofMinutes(58 * 60 + 48) : Duration.ofHours(21);
            try (World world = World.create()) {
                world.advanceTo(World.MONDAY.plus(Duration.ofDays(4)));
                world.hand(provider, "a", "w").online();
                report(world, provider, safe.minusMillis(1));
                assertThat(world.pool().quotas().selectNextWorker("default")).isPresent();
                assertThat(world.pool().status().health().safe()).isEqualTo(1);
                report(world, provider, safe);
                assertThat(world.pool().quotas().selectNextWorker("default")).isEmpty();
                assertThat(world.pool().status().health().safe()).isZero();
            }
        }
    }

    @Test
    void shouldShowSixtyEightPercentAsNearAndSeventyAsAtLimit() {
        try (World world = World.create()) {
            world.advanceTo(World.MONDAY.plus(Duration.ofDays(4)));
            world.hand("kaggle", "a", "w").online();
            showsAt(world, Duration.ofMinutes(19 * 60), QuotaLevel.SAFE, "63%", "SAFE");
            showsAt(world, Duration.ofMinutes(20 * 60 + 24), QuotaLevel.NEAR, "68%", "NEAR LIMIT");
            showsAt(world, Duration.ofHours(21).minusMillis(1), QuotaLevel.NEAR, "70%", "NEAR LIMIT");
            showsAt(world, Duration.ofHours(21), QuotaLevel.AT_LIMIT, "70%", "AT LIMIT");
        }
    }

    private static void showsAt(World world, Duration used, QuotaLevel level, String percent, String words) {
        report(world, "kaggle", used);
        QuotaView quota = world.worker("w").quota();
        assertThat(quota.used()).isEqualTo(used);
        assertThat(quota.level()).isEqualTo(level);
        assertThat(world.pool().status().text(ZoneOffset.UTC)).containsSubsequence("Quota: " + percent, words);
    }

    private static void report(World world, String provider, Duration used) {
        world.await(world.pool()
                .accounts()
                .report(provider, "a", used, world.clock().instant()));
        world.settle();
    }

    @Test
    void shouldChargeOneHourToEachWeekOfAJobOverMidnight() {
        try (World world = World.create()) {
            world.advanceTo(NEXT_MONDAY.minus(Duration.ofHours(1)));
            Hand worker = world.hand("colab", "a", "w").online();
            JobHandle job = world.work(Duration.ofHours(2));
            assertThat(world.quota("colab", "a").reserved())
                    .as("of this week's")
                    .isEqualTo(Duration.ofHours(1));
            world.advance(Duration.ofHours(1).minusMillis(1));
            assertThat(world.quota("colab", "a").windowStart()).isEqualTo(World.MONDAY);
            world.advance(Duration.ofMillis(1));
            assertThat(world.quota("colab", "a").windowStart()).isEqualTo(NEXT_MONDAY);
            world.hours(1);
            worker.complete(worker.job().lease(), Duration.ofHours(2));
            world.settle();
            assertThat(world.job(job).state()).isEqualTo(JobState.SUCCEEDED);
            assertThat(world.quota("colab", "a").used()).isEqualTo(Duration.ofHours(1));
            assertThat(world.quota("colab", "a").reserved()).isZero();
        }
    }

    @Test
    void shouldHaveTheFullBudgetOnTuesdayAfterBeingDownSinceSunday() {
        try (World world = World.create()) {
            world.advanceTo(World.MONDAY.plus(Duration.ofDays(5)));
            world.hand("kaggle", "a", "w").online();
            report(world, "kaggle", Duration.ofHours(20));
            world.advanceTo(Instant.parse("2026-01-11T12:00:00Z"));
            world.downFor(Duration.ofDays(2));
            assertThat(world.clock().instant()).isBetween("2026-01-13T12:00:00Z", "2026-01-13T12:00:01Z");
            QuotaView quota = world.quota("kaggle", "a");
            assertThat(quota.used()).isZero();
            assertThat(quota.remaining()).isEqualTo(Duration.ofHours(21));
            assertThat(quota.windowStart()).isEqualTo(NEXT_MONDAY);
        }
    }

    @Test
    void shouldSeeARecordedUsageAtOnceAndOnlyOnce() {
        try (World world = World.create()) {
            world.hand("colab", "a", "w").online();
            world.hours(1);
            Duration used = Duration.ofMinutes(10);
            var first = world.pool().quotas().recordUsage("w", used, "u-1");
            var repeated = world.pool().quotas().recordUsage("w", used, "u-1");
            assertThat(world.pool().quotas().quota("w").used())
                    .as("before it is durable")
                    .isEqualTo(used);
            world.await(first);
            world.await(repeated);
            world.restart();
            world.await(world.pool().quotas().recordUsage("w", used, "u-1"));
            assertThat(world.pool().quotas().quota("w").used())
                    .as("known by storage alone")
                    .isEqualTo(used);
            world.await(world.pool().quotas().recordUsage("w", used, "u-2"));
            assertThat(world.pool().quotas().quota("w").used()).isEqualTo(Duration.ofMinutes(20));
        }
    }

    @Test
    void shouldNeitherLoseNorInventAnHourWhenTheResetMovesFromMondayToSaturday() {
        try (World world = World.create()) {
            Hand worker = world.hand("colab", "a", "w");
            for (int day = 0; day < 7; day++) {
                world.advanceTo(World.MONDAY.plus(Duration.ofDays(day)).plus(Duration.ofHours(3)));
                worker.online();
                runOneHour(world, worker);
                assertThat(world.quota("colab", "a").used()).as("day " + day).isEqualTo(Duration.ofHours(day + 1));
                if (day == 2) {
                    move(world, DayOfWeek.SATURDAY);
                    assertThat(world.quota("colab", "a").used()).isEqualTo(Duration.ofHours(3));
                    move(world, DayOfWeek.MONDAY);
                    assertThat(world.quota("colab", "a").used()).isEqualTo(Duration.ofHours(3));
                }
                worker.bye();
            }
            move(world, DayOfWeek.SATURDAY);
            assertThat(world.quota("colab", "a").used()).as("since Saturday").isEqualTo(Duration.ofHours(2));
            move(world, DayOfWeek.WEDNESDAY);
            assertThat(world.quota("colab", "a").used()).as("since Wednesday").isEqualTo(Duration.ofHours(5));
            move(world, DayOfWeek.MONDAY);
            assertThat(world.quota("colab", "a").used()).as("all again").isEqualTo(Duration.ofHours(7));
        }
    }

    /** A reservation that began in a week that turned out to be overdrawn is extended into the fresh one all the same. */
    @Test
    void shouldExtendIntoAFreshWeekWhateverTheOldOneTurnsOutToHold() {
        try (World world = World.create()) {
            world.advanceTo(NEXT_MONDAY.minus(Duration.ofMinutes(10)));
            Hand worker = world.hand("kaggle", "a", "w").online();
            JobHandle job = world.submit(World.request(Duration.ofHours(3)).resumable());
            assertThat(worker.job().lease().jobId()).isEqualTo(job.id());
            world.minutes(5);
            world.await(world.pool()
                    .accounts()
                    .report("kaggle", "a", Duration.ofHours(25), world.clock().instant()));
            world.minutes(10);
            assertThat(world.count(PoolEvent.Type.EXTENSION_REFUSED)).isZero();
            assertThat(world.count(PoolEvent.Type.RESERVATION_EXTENDED)).isPositive();
        }
    }

    private static void move(World world, DayOfWeek day) {
        QuotaWindow window = QuotaWindow.weekly(day, LocalTime.MIDNIGHT, ZoneOffset.UTC);
        world.await(world.pool()
                .policies()
                .put(ProviderPolicy.colab().toBuilder().window(window).build()));
        world.settle();
        Instant start = Objects.requireNonNull(world.quota("colab", "a").windowStart());
        assertThat(start.atZone(ZoneOffset.UTC).getDayOfWeek()).isEqualTo(day);
    }

    static void runOneHour(World world, Hand worker) {
        JobHandle job = world.work(Duration.ofHours(1));
        var lease = worker.job().lease();
        world.hours(1);
        worker.complete(lease, Duration.ofHours(1));
        assertThat(world.job(job).state()).isEqualTo(JobState.SUCCEEDED);
        worker.claim();
    }
}
