package dev.gpupool.testkit.cases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.JobHandle;
import dev.gpupool.JobState;
import dev.gpupool.PoolEvent;
import dev.gpupool.PoolSettings;
import dev.gpupool.WorkerSpec;
import dev.gpupool.quota.Metering;
import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.testkit.SimWorker;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Sessions that are metered idle or not, and have nothing to do. */
class IdleCasesTest {
    private static final Duration HALF_AN_HOUR = Duration.ofMinutes(30);

    @Test
    void shouldDrainAMeteredSessionThatFoundNoWorkForHalfAnHour() {
        try (World world = world(metered(), HALF_AN_HOUR)) {
            Hand worker = world.hand("metered", "a", "w").online();
            world.minutes(29);
            assertThat(world.count(PoolEvent.Type.WORKER_DRAINING)).isZero();
            world.minutes(1);
            assertThat(world.events(PoolEvent.Type.WORKER_DRAINING))
                    .singleElement()
                    .satisfies(event -> {
                        assertThat(event.worker()).isEqualTo("w");
                        assertThat(event.message()).isEqualTo("IDLE");
                    });
            worker.bye();
            assertThat(world.quota("metered", "a").used()).isEqualTo(HALF_AN_HOUR);
            assertThat(world.quota("metered", "a").reserved()).isZero();
        }
    }

    @Test
    void shouldEndASimulatedWorkerThatFindsNoWorkAndTakeItBackForTheNextJob() {
        try (World world = world(metered(), HALF_AN_HOUR)) {
            SimWorker worker = world.sim("metered", "a", "w");
            world.hours(3);
            assertThat(worker.isRunning()).isFalse();
            assertThat(world.quota("metered", "a").used()).isBetween(HALF_AN_HOUR, HALF_AN_HOUR.plusMinutes(3));
            worker.start();
            JobHandle job = world.work(Duration.ofHours(2));
            world.hours(2);
            world.minutes(10);
            assertThat(world.job(job).state()).isEqualTo(JobState.SUCCEEDED);
        }
    }

    @Test
    void shouldCountFromTheEndOfTheLastJob() {
        try (World world = world(metered(), HALF_AN_HOUR)) {
            Hand worker = world.hand("metered", "a", "w").online();
            world.minutes(20);
            world.work(Duration.ofHours(2));
            var lease = worker.job().lease();
            world.hours(2);
            assertThat(world.count(PoolEvent.Type.WORKER_DRAINING))
                    .as("while it works")
                    .isZero();
            worker.complete(lease, Duration.ofHours(2));
            worker.claim();
            world.minutes(28);
            assertThat(world.count(PoolEvent.Type.WORKER_DRAINING)).isZero();
            world.minutes(3);
            assertThat(world.count(PoolEvent.Type.WORKER_DRAINING)).isOne();
        }
    }

    @Test
    void shouldKeepAnIdleSessionWhoseQuotaWouldExpireAnyway() {
        try (World world = world(metered(), HALF_AN_HOUR)) {
            // 20 h are left of the week, and 40 h of quota.
            world.advance(Duration.ofHours(7 * 24 - 20));
            world.hand("metered", "a", "w").online();
            world.hours(19);
            assertThat(world.count(PoolEvent.Type.WORKER_DRAINING)).isZero();
            // The next week's 40 h do not last for the week.
            world.hours(2);
            assertThat(world.count(PoolEvent.Type.WORKER_DRAINING)).isOne();
        }
    }

    @Test
    void shouldKeepAnIdleSessionWhereOnlyJobsAreMetered() {
        ProviderPolicy jobs = metered().toBuilder().metering(Metering.JOB_TIME).build();
        try (World world = world(jobs, HALF_AN_HOUR)) {
            world.hand("metered", "a", "w").online();
            world.hours(24);
            assertThat(world.count(PoolEvent.Type.WORKER_DRAINING)).isZero();
        }
    }

    @Test
    void shouldKeepAnIdleSessionUnlessAskedOtherwise() {
        try (World world = world(metered(), null)) {
            world.hand("metered", "a", "w").online();
            world.hours(24);
            assertThat(world.count(PoolEvent.Type.WORKER_DRAINING)).isZero();
        }
    }

    @Test
    void shouldKeepASessionThatClaimsNothingSinceItsHostDispatchesByItself() {
        try (World world = world(metered(), HALF_AN_HOUR)) {
            world.pool()
                    .workers()
                    .register(WorkerSpec.named("w").account("metered", "a").build());
            for (int minute = 0; minute < 120; minute++) {
                world.minutes(1);
                world.pool().heartbeats().beat("w");
            }
            assertThat(world.count(PoolEvent.Type.WORKER_DRAINING)).isZero();
            assertThat(world.count(PoolEvent.Type.WORKER_OFFLINE)).isZero();
        }
    }

    private static ProviderPolicy metered() {
        return ProviderPolicy.builder("metered")
                .metering(Metering.SESSION_TIME)
                .allowance(Duration.ofHours(40))
                .build();
    }

    private static World world(ProviderPolicy policy, @Nullable Duration idleDrain) {
        return World.create(builder -> builder.provider(policy)
                .settings(PoolSettings.custom().idleDrain(idleDrain).build()));
    }
}
