package dev.gpupool.testkit.cases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.JobHandle;
import dev.gpupool.JobState;
import dev.gpupool.PoolEvent;
import dev.gpupool.quota.Metering;
import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.quota.ProviderPreset;
import dev.gpupool.quota.QuotaLevel;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class AccountCasesTest {
    @Test
    void shouldShowWhatAProvidersTermsSayFromItsFirstWorkerOn() {
        ProviderPolicy policy = ProviderPreset.named("kaggle-batch-2026").policy();
        try (World world = World.create(builder -> builder.provider(policy))) {
            assertThat(world.pool().status().terms()).isEmpty();

            world.hand("kaggle-batch-2026", "ana@example.org", "one").online();

            assertThat(world.pool().status().terms())
                    .containsExactlyElementsOf(policy.notes().stream()
                            .map(note -> "kaggle-batch-2026: " + note)
                            .toList());
            assertThat(world.pool().status().text(ZoneOffset.UTC)).contains("Terms of kaggle-batch-2026: Kaggle: one");
        }
    }

    @Test
    void shouldLetTwoWorkersOfOneAccountShareIts30Hours() {
        try (World world = World.create()) {
            Hand one = world.hand("kaggle", "team", "one").online();
            Hand two = world.hand("kaggle", "team", "two").online();
            for (int i = 0; i < 2; i++) {
                world.work(Duration.ofHours(5));
            }
            assertThat(one.given()).isNotNull();
            assertThat(two.given()).isNotNull();
            assertThat(world.quota("kaggle", "team").reserved()).isEqualTo(Duration.ofHours(10));
            assertThat(world.worker("one").quota())
                    .isEqualTo(world.worker("two").quota());
            assertThat(world.pool().status().health().remaining())
                    .as("each account once")
                    .isEqualTo(Duration.ofHours(11));
            world.hours(5);
            one.complete(one.job().lease(), Duration.ofHours(5));
            two.complete(two.job().lease(), Duration.ofHours(5));
            assertThat(world.quota("kaggle", "team").used()).isEqualTo(Duration.ofHours(10));
            one.bye();
            two.bye();
            one.online();
            two.online();
            JobHandle six = world.work(Duration.ofHours(6));
            JobHandle tooMuch = world.work(Duration.ofHours(6));
            assertThat(world.job(six).state()).isEqualTo(JobState.RUNNING);
            assertThat(world.job(tooMuch).state()).as("5 h are left").isEqualTo(JobState.QUEUED);
            JobHandle five = world.work(Duration.ofHours(5));
            assertThat(world.job(five).state()).isEqualTo(JobState.RUNNING);
            assertThat(world.quota("kaggle", "team").level()).isEqualTo(QuotaLevel.AT_LIMIT);
            assertThat(world.pool().status().health().remaining()).isZero();
        }
    }

    @Test
    void shouldBookWhatIsReportedAsOfTheFirstInstantOfAWindowInThatWindowOnce() {
        try (World world = World.create()) {
            for (int i = 0; i < 2; i++) {
                world.await(world.pool().accounts().report("kaggle", "a", Duration.ofHours(21), World.MONDAY));
                assertThat(world.quota("kaggle", "a").used()).isEqualTo(Duration.ofHours(21));
            }
        }
    }

    @Test
    void shouldKeepTheSameNameAtTwoProvidersApart() {
        try (World world = World.create()) {
            world.hand("kaggle", "me@example.org", "one").online();
            world.hand("colab", "me@example.org", "two").online();
            world.await(world.pool()
                    .accounts()
                    .correct("kaggle", "me@example.org", Duration.ofHours(21), "used elsewhere"));
            assertThat(world.quota("kaggle", "me@example.org").level()).isEqualTo(QuotaLevel.AT_LIMIT);
            assertThat(world.quota("colab", "me@example.org").used()).isZero();
        }
    }

    @Test
    void shouldBookEightHoursForAnIdleSessionWithOneThreeHourJobUnderSessionTime() {
        ProviderPolicy metered = ProviderPolicy.builder("metered")
                .metering(Metering.SESSION_TIME)
                .allowance(Duration.ofHours(30))
                .idleAllowance(Duration.ofMinutes(30))
                .build();
        try (World world = World.create(builder -> builder.provider(metered))) {
            Hand worker = world.hand("metered", "a", "w").online();
            world.hours(2);
            JobHandle job = world.work(Duration.ofHours(3));
            var lease = worker.job().lease();
            world.hours(3);
            worker.complete(lease, Duration.ofHours(3));
            assertThat(world.job(job).state()).isEqualTo(JobState.SUCCEEDED);
            worker.claim();
            world.hours(3);
            assertThat(world.quota("metered", "a")
                            .used()
                            .plus(world.quota("metered", "a").reserved()))
                    .isBetween(Duration.ofHours(8), Duration.ofHours(9));
            worker.bye();
            assertThat(world.quota("metered", "a").used()).isEqualTo(Duration.ofHours(8));
            assertThat(world.quota("metered", "a").reserved()).isZero();
        }
    }

    @Test
    void shouldBookTwoHoursWhereTheProviderSaysTenAndOursSaidEightAndLaterUseOnTop() {
        try (World world = World.create()) {
            world.advance(Duration.ofDays(1));
            Hand worker = world.hand("kaggle", "a", "w").online();
            JobHandle first = world.work(Duration.ofHours(8));
            world.hours(8);
            worker.complete(worker.job().lease(), Duration.ofHours(8));
            assertThat(world.job(first).state()).isEqualTo(JobState.SUCCEEDED);
            Instant asOf = world.clock().instant();
            worker.bye();
            worker.online();
            JobHandle later = world.work(Duration.ofHours(3));
            world.hours(3);
            worker.complete(worker.job().lease(), Duration.ofHours(3));
            assertThat(world.job(later).state()).isEqualTo(JobState.SUCCEEDED);
            assertThat(world.quota("kaggle", "a").used()).isEqualTo(Duration.ofHours(11));
            world.await(world.pool().accounts().report("kaggle", "a", Duration.ofHours(10), asOf));
            assertThat(world.quota("kaggle", "a").used()).isEqualTo(Duration.ofHours(13));
            assertThat(world.count(PoolEvent.Type.QUOTA_CORRECTED)).isEqualTo(1);
            world.await(world.pool().accounts().report("kaggle", "a", Duration.ofHours(10), asOf));
            assertThat(world.quota("kaggle", "a").used())
                    .as("the same word twice")
                    .isEqualTo(Duration.ofHours(13));
            world.await(world.pool().accounts().report("kaggle", "a", Duration.ofHours(7), asOf));
            assertThat(world.quota("kaggle", "a").used()).as("a lower word").isEqualTo(Duration.ofHours(13));
        }
    }

    @Test
    void shouldStopAdmissionsButEndNobodyWhenAnAllowanceFalls() {
        try (World world = World.create()) {
            Hand worker = world.hand("kaggle", "a", "w").online();
            JobHandle running = world.work(Duration.ofHours(5));
            assertThat(worker.job().lease().jobId()).isEqualTo(running.id());
            world.await(world.pool().accounts().override("kaggle", "a", Duration.ofHours(4), 0.5));
            world.minutes(5);
            assertThat(world.job(running).state()).isEqualTo(JobState.RUNNING);
            assertThat(world.quota("kaggle", "a").level()).isEqualTo(QuotaLevel.AT_LIMIT);
            assertThat(world.quota("kaggle", "a").safe()).isEqualTo(Duration.ofHours(2));
            worker.complete(worker.job().lease(), Duration.ofMinutes(5));
            worker.claim();
            JobHandle next = world.work(Duration.ofHours(1));
            assertThat(world.job(next).state()).isEqualTo(JobState.RUNNING);
        }
    }
}
