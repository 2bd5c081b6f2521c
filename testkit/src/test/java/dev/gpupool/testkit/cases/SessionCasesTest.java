package dev.gpupool.testkit.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gpupool.HeartbeatMonitor;
import dev.gpupool.JobHandle;
import dev.gpupool.JobQuery;
import dev.gpupool.JobRequest;
import dev.gpupool.JobState;
import dev.gpupool.PoolEvent;
import dev.gpupool.Requirements;
import dev.gpupool.UnplaceableJobException;
import dev.gpupool.quota.Metering;
import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.spi.worker.Directive;
import dev.gpupool.spi.worker.LeaseToken;
import dev.gpupool.spi.worker.LeaseVerdict;
import dev.gpupool.spi.worker.RegistrationAnswer;
import dev.gpupool.spi.worker.Verdict;
import dev.gpupool.status.WorkerStatus;
import dev.gpupool.testkit.SimChecks;
import dev.gpupool.testkit.SimExecution;
import dev.gpupool.testkit.SimJob;
import dev.gpupool.testkit.SimWorker;
import dev.gpupool.testkit.SimWorkerSpec;
import dev.gpupool.testkit.StorageFault;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class SessionCasesTest {
    private static final ProviderPolicy HUB = ProviderPolicy.builder("hub")
            .metering(Metering.SESSION_TIME)
            .allowance(Duration.ofHours(40))
            .build();

    private static final Duration NINETY_MINUTES = Duration.ofMinutes(90);

    @Test
    void shouldGiveA90MinuteJobToAnOldSessionOnlyIfItIsResumable() {
        try (World world = World.create()) {
            Hand old = world.hand("colab", "a", "w");
            old.online(Duration.ofMinutes(10 * 60 + 40));
            assertThat(world.worker("w").usable()).isEqualTo(Duration.ofMinutes(11 * 60 + 30));
            JobHandle whole = world.work(NINETY_MINUTES);
            world.minutes(1);
            assertThat(old.given()).isNull();
            assertThat(world.job(whole).state()).isEqualTo(JobState.QUEUED);
            JobHandle parts = world.submit(World.request(NINETY_MINUTES).resumable());
            assertThat(old.job().lease().jobId()).isEqualTo(parts.id());
            assertThat(world.job(parts).state()).isEqualTo(JobState.RUNNING);
            assertThat(world.job(whole).state()).isEqualTo(JobState.QUEUED);
        }
    }

    @Test
    void shouldRefuseA12HourJobThatCannotResumeNamingTheLargestSession() {
        try (World world = World.create()) {
            world.hand("colab", "a", "w").online();
            JobRequest request = World.request(Duration.ofHours(12)).build();
            assertThatThrownBy(() -> world.pool().submit(request))
                    .isInstanceOf(UnplaceableJobException.class)
                    .hasMessageContaining("11.5 h");
            assertThat(world.pool().jobs(JobQuery.ALL).jobs()).isEmpty();
            assertThat(world.count(PoolEvent.Type.JOB_QUEUED)).isZero();
            assertThat(world.work(Duration.ofMinutes(11 * 60 + 30)).id()).isNotEmpty();
        }
    }

    @Test
    void shouldNameTheLargestSessionOfTheProviderThatAJobAsksFor() {
        try (World world = World.create()) {
            JobRequest.Builder request = World.request(Duration.ofHours(12));
            assertThatThrownBy(() -> world.submit(request.requirements(Requirements.provider("colab"))))
                    .isInstanceOf(UnplaceableJobException.class)
                    .hasMessageContaining("11.5 h");
            assertThatThrownBy(() -> world.submit(request.requirements(Requirements.provider("kaggle"))))
                    .isInstanceOf(UnplaceableJobException.class)
                    .hasMessageContaining("8.5 h");
        }
    }

    @Test
    void shouldFinishA30HourJobOverThreeSessionsWithNoWorkRedone() {
        try (World world = World.create()) {
            SimWorker worker = world.sim("colab", "a", "w");
            Duration work = Duration.ofHours(30);
            JobHandle job = world.submit(JobRequest.handler("train")
                    .payload(SimJob.ofMillis(work.toMillis())
                            .withCheckpoints(Duration.ofMinutes(30).toMillis(), 30_000)
                            .toJson())
                    .limit(Duration.ofHours(40))
                    .resumable(Duration.ofSeconds(30)));
            for (int day = 0; day < 6 && !world.job(job).state().isFinal(); day++) {
                world.hours(12);
                if (!worker.isRunning()) {
                    worker.start();
                }
            }
            assertThat(world.job(job).state()).isEqualTo(JobState.SUCCEEDED);
            List<SimExecution> runs = worker.meter().executions();
            assertThat(runs.size()).isGreaterThanOrEqualTo(3);
            long at = 0;
            for (SimExecution run : runs) {
                assertThat(run.fromStep()).as("work redone by " + run).isEqualTo(at);
                at = run.toStep();
            }
            assertThat(at).isEqualTo(work.toMillis());
            assertThat(world.count(PoolEvent.Type.WORKER_OFFLINE)).isZero();
            assertThat(world.job(job).attempt()).isEqualTo(runs.size());
            SimChecks.noWorkerPastItsCap(world.sims(), Duration.ZERO);
        }
    }

    @Test
    void shouldShowAWorkerThatIsAwayTheSameAfterARestart() {
        try (World world = World.create()) {
            Hand worker = world.hand("colab", "a", "w").online();
            world.minutes(30);
            worker.bye();
            world.hours(1);
            WorkerStatus before = world.worker("w");
            assertThat(before.state()).isEqualTo(HeartbeatMonitor.State.OFFLINE);
            assertThat(before.lastSeen()).isEqualTo(World.MONDAY.plus(Duration.ofMinutes(30)));
            assertThat(before.devices()).hasSize(1);
            world.restart();
            assertThat(world.worker("w")).isEqualTo(before);
        }
    }

    @Test
    void shouldMoveNoCapWhenTheWallClockJumpsTwoHoursForwardAndBack() {
        try (World world = World.create().seedFleet()) {
            world.hours(1);
            for (int jump : new int[] {2, -2}) {
                world.clock().jumpWall(Duration.ofHours(jump));
                world.minutes(5);
                assertThat(world.count(PoolEvent.Type.WORKER_DRAINING)).isZero();
                assertThat(world.count(PoolEvent.Type.WORKER_SUSPECT)).isZero();
                assertThat(world.pool().status().health().online()).isEqualTo(14);
            }
            assertThat(world.count(PoolEvent.Type.CLOCK_JUMPED)).isEqualTo(2);
            world.hours(12);
            assertThat(world.sims()).hasSize(14);
            for (SimWorker worker : world.sims()) {
                Duration usable =
                        worker.spec().provider().equals("colab") ? Duration.ofMinutes(690) : Duration.ofMinutes(510);
                var session = worker.meter().sessions().get(0);
                Duration ran = Duration.ofMillis(session.toMillis() - session.fromMillis());
                assertThat(ran).isBetween(usable.minusMinutes(15), usable.plusSeconds(30));
            }
            SimChecks.noWorkerPastItsCap(world.sims(), Duration.ZERO);
        }
    }

    @Test
    void shouldKeepAJobsEndWhileTheWallClockIsTwoHoursAhead() {
        try (World world = World.create()) {
            Hand worker = world.hand("colab", "a", "w").online(Duration.ofHours(8));
            world.clock().jumpWall(Duration.ofHours(2));
            world.minutes(1);
            assertThat(worker.beat().stopsIn()).isEqualTo(Duration.ofMinutes(3 * 60 + 29));
            world.clock().jumpWall(Duration.ofHours(-2));
            world.minutes(1);
            assertThat(worker.beat().stopsIn()).isEqualTo(Duration.ofMinutes(3 * 60 + 28));
            JobHandle job = world.work(Duration.ofHours(3));
            assertThat(worker.job().lease().jobId()).isEqualTo(job.id());
        }
    }

    @Test
    void shouldMoveNoPlannedEndOfAMeteredSessionWhenTheWallClockJumps() {
        for (int jump : new int[] {2, -2}) {
            try (World world = World.create(builder -> builder.provider(HUB))) {
                world.hours(5); // away from the reset
                Hand worker = world.hand("hub", "a", "w").online();
                JobHandle job = world.work(Duration.ofHours(3));
                LeaseToken lease = worker.job().lease();
                world.minutes(10);
                Duration before = Objects.requireNonNull(worker.beat().stopsIn());
                world.clock().jumpWall(Duration.ofHours(jump));
                assertThat(worker.beat().stopsIn()).isEqualTo(before);
                world.minutes(1);
                assertThat(worker.beat().stopsIn()).isEqualTo(before.minusMinutes(1));
                world.clock().jumpWall(Duration.ofHours(-jump));
                world.minutes(169);
                assertThat(world.job(job).state()).isEqualTo(JobState.RUNNING);
                worker.complete(lease, Duration.ofHours(3));
                assertThat(world.job(job).state()).isEqualTo(JobState.SUCCEEDED);
                worker.bye();
                assertThat(world.quota("hub", "a").used()).isEqualTo(Duration.ofHours(3));
            }
        }
    }

    /** The process slept with its machine: the ticker stood still, the wall clock and the session did not. */
    @Test
    void shouldChargeAMeteredSessionForTheTimeInWhichOurMachineSlept() {
        try (World world = World.create(builder -> builder.provider(HUB))) {
            world.hours(5); // away from the reset
            Hand worker = world.hand("hub", "a", "w").online();
            JobHandle job = world.work(Duration.ofHours(3));
            LeaseToken lease = worker.job().lease();
            world.minutes(10);
            Duration before = Objects.requireNonNull(worker.beat().stopsIn());
            world.clock().jumpWall(Duration.ofHours(2));
            worker.older(Duration.ofHours(2));
            assertThat(worker.beat().stopsIn()).isEqualTo(before.minusHours(2));
            world.minutes(50);
            assertThat(world.job(job).state()).isEqualTo(JobState.RUNNING);
            worker.complete(lease, Duration.ofHours(3));
            worker.bye();
            assertThat(world.quota("hub", "a").used()).isEqualTo(Duration.ofHours(3));
        }
    }

    /** A host took it over whose clock is another one; what it holds moves along, whatever conflicts it meets. */
    @Test
    void shouldMoveWhatAMeteredSessionHoldsToTheClockOfTheHostThatTakesItOver() {
        for (int jump : new int[] {-90, 90}) {
            try (World a = World.hosted(builder -> builder.provider(HUB))) {
                a.hours(5);
                Hand worker = a.hand("hub", "a", "w").online();
                JobHandle job = a.work(Duration.ofHours(3));
                LeaseToken lease = worker.job().lease();
                a.minutes(10);
                Duration before = Objects.requireNonNull(worker.beat().stopsIn());
                try (World b = a.beside("other")) {
                    b.host().jumpWall(Duration.ofMinutes(jump));
                    worker.moveTo(b);
                    b.storage().next(StorageFault.CONFLICT);
                    assertThat(worker.beat().stopsIn()).isEqualTo(before);
                    b.minutes(170);
                    assertThat(worker.complete(lease, Duration.ofHours(3)).accepted())
                            .isTrue();
                    worker.bye();
                    assertThat(b.job(job).state()).isEqualTo(JobState.SUCCEEDED);
                    assertThat(b.quota("hub", "a").used()).isEqualTo(Duration.ofHours(3));
                }
            }
        }
    }

    /** Its record knows when it began by the wall clock only, and that has moved since. */
    @Test
    void shouldMeasureALostSessionThatComesBackByItsOwnTimer() {
        for (int jump : new int[] {2, -2}) {
            try (World world = World.create()) {
                Hand worker = world.hand("colab", "a", "w").online(Duration.ofHours(8));
                JobHandle job = world.work(Duration.ofHours(1));
                LeaseToken lease = worker.job().lease();
                worker.fallSilent();
                world.minutes(4);
                assertThat(world.job(job).state()).isEqualTo(JobState.QUEUED);
                world.clock().jumpWall(Duration.ofHours(jump));
                assertThat(worker.beat().verdicts())
                        .extracting(LeaseVerdict::verdict)
                        .containsExactly(Verdict.OK);
                assertThat(world.count(PoolEvent.Type.LEASE_REATTACHED)).isEqualTo(1);
                worker.beatOn();
                world.minutes(20);
                assertThat(world.job(job).state()).isEqualTo(JobState.RUNNING);
                assertThat(worker.beat().stopsIn()).isEqualTo(Duration.ofMinutes(690 - 480 - 24));
                assertThat(worker.complete(lease, Duration.ofMinutes(24)).accepted())
                        .isTrue();
                assertThat(world.job(job).state()).isEqualTo(JobState.SUCCEEDED);
            }
        }
    }

    @Test
    void shouldDrainAtTheLeadAndStopAtTheEndOfTheUsableSession() {
        try (World world = World.create()) {
            Hand worker = world.hand("colab", "a", "w").online(Duration.ofHours(11));
            assertThat(worker.beat().directives()).isEmpty();
            world.minutes(20);
            assertThat(worker.beat().directives()).extracting(Directive::type).contains(Directive.Type.DRAIN);
            assertThat(world.worker("w").draining()).isTrue();
            world.minutes(10);
            assertThat(worker.beat().directives()).extracting(Directive::type).contains(Directive.Type.STOP);
            assertThat(world.hand("colab", "b", "late").register(Duration.ofMinutes(690)))
                    .isInstanceOfSatisfying(
                            RegistrationAnswer.Refused.class,
                            refused -> assertThat(refused.reason())
                                    .isEqualTo(RegistrationAnswer.RefusalReason.SESSION_OVER));
        }
    }

    @Test
    void shouldNeverLetARuntimeOfANotebookRaiseTheUsableSession() {
        try (World world = World.create()) {
            SimWorker longer = world.sim(SimWorkerSpec.of("kaggle", "a", "longer")
                    .boot(Duration.ZERO)
                    .maxRuntime(Duration.ofMinutes(690))
                    .build());
            SimWorker shorter = world.sim(SimWorkerSpec.of("kaggle", "b", "shorter")
                    .boot(Duration.ZERO)
                    .maxRuntime(Duration.ofHours(2))
                    .build());
            world.minutes(1);
            assertThat(world.worker(longer.name()).usable()).isEqualTo(Duration.ofMinutes(510));
            assertThat(world.worker(shorter.name()).usable()).isEqualTo(Duration.ofHours(2));
        }
    }
}
