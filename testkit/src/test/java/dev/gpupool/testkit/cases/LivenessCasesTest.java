package dev.gpupool.testkit.cases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.HeartbeatMonitor.State;
import dev.gpupool.JobHandle;
import dev.gpupool.JobRequest;
import dev.gpupool.JobState;
import dev.gpupool.PoolEvent;
import dev.gpupool.spi.checkpoint.CheckpointRef;
import dev.gpupool.testkit.SimChecks;
import dev.gpupool.testkit.SimWorker;
import dev.gpupool.testkit.SimWorkerSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LivenessCasesTest {
    private static final Duration MILLI = Duration.ofMillis(1);

    @Test
    void shouldDoNothingThenSuspectThenRequeueFromTheNewestCheckpoint() {
        try (World world = World.create()) {
            Hand silent = world.hand("colab", "a", "silent").online();
            JobHandle job =
                    world.submit(World.request(Duration.ofHours(2)).resumable().limit(Duration.ofHours(3)));
            var lease = silent.job().lease();
            world.minutes(10);
            silent.checkpoint(lease, 600);
            world.minutes(5);
            silent.checkpoint(lease, 900);
            silent.fallSilent();
            silent.beat();
            world.advance(Duration.ofMinutes(2).minus(MILLI));
            assertThat(world.pool().heartbeats().state("silent"))
                    .as("just under 2")
                    .isEqualTo(State.ONLINE);
            assertThat(world.count(PoolEvent.Type.WORKER_SUSPECT)).isZero();
            world.advance(MILLI.multipliedBy(2));
            assertThat(world.pool().heartbeats().state("silent")).as("over 2").isEqualTo(State.SUSPECT);
            assertThat(world.job(job).state()).isEqualTo(JobState.RUNNING);
            assertThat(world.count(PoolEvent.Type.JOB_REQUEUED)).isZero();
            JobHandle second = world.work(Duration.ofMinutes(5));
            world.advance(Duration.ofMinutes(1).minusMillis(3));
            assertThat(world.job(job).state()).as("just under 3").isEqualTo(JobState.RUNNING);
            assertThat(world.job(second).state()).as("no new work").isEqualTo(JobState.QUEUED);
            world.advance(MILLI.multipliedBy(3));
            assertThat(world.pool().heartbeats().state("silent")).as("over 3").isEqualTo(State.OFFLINE);
            assertThat(world.job(job).state()).isEqualTo(JobState.QUEUED);
            assertThat(world.count(PoolEvent.Type.WORKER_OFFLINE)).isEqualTo(1);
            Hand next = world.hand("colab", "b", "next").online();
            assertThat(next.job().lease().jobId()).as("its old age comes first").isEqualTo(job.id());
            assertThat(next.job().checkpoint()).isEqualTo(Hand.at(900));
            assertThat(next.job().lease().attempt()).isEqualTo(2);
            assertThat(world.quota("colab", "a").used()).as("to the last beat").isEqualTo(Duration.ofMinutes(15));
            assertThat(world.quota("colab", "a").reserved()).isZero();
        }
    }

    @Test
    void shouldTakeNothingFromAWorkerThatIsHeardAgainWhileSuspect() {
        try (World world = World.create()) {
            Hand worker = world.hand("colab", "a", "w").online();
            JobHandle job = world.work(Duration.ofHours(1));
            worker.job();
            worker.fallSilent();
            worker.beat();
            world.advance(Duration.ofMinutes(3).minus(MILLI));
            assertThat(world.pool().heartbeats().state("w")).isEqualTo(State.SUSPECT);
            assertThat(worker.beat().verdicts()).hasSize(1);
            world.settle();
            assertThat(world.pool().heartbeats().state("w")).isEqualTo(State.ONLINE);
            world.minutes(1);
            assertThat(world.job(job).state()).isEqualTo(JobState.RUNNING);
            assertThat(world.job(job).attempt()).isEqualTo(1);
            assertThat(world.count(PoolEvent.Type.WORKER_OFFLINE)).isZero();
        }
    }

    @Test
    void shouldFailNobodyOverInAWeekOfTenPercentPacketLoss() {
        try (World world = World.create()) {
            for (int i = 1; i <= 14; i++) {
                String name = "w" + i;
                // A grant whose answer is lost is asked for again before it counts as abandoned.
                world.sim(SimWorkerSpec.of(i % 2 == 0 ? "colab" : "kaggle", name, name)
                        .boot(Duration.ZERO)
                        .claimPatience(Duration.ofSeconds(30))
                        .build());
            }
            world.network().loss(50_000, 50_000);
            for (int day = 0; day < 7; day++) {
                for (int i = 0; i < 14; i++) {
                    world.submit(World.request(Duration.ofMinutes(30)).limit(Duration.ofHours(1)));
                }
                world.hours(24);
                world.sims().stream().filter(worker -> !worker.isRunning()).forEach(SimWorker::start);
            }
            world.hours(6);
            assertThat(world.network().requestsLost()).isGreaterThan(1_000);
            assertThat(world.count(PoolEvent.Type.WORKER_OFFLINE)).isZero();
            assertThat(world.count(PoolEvent.Type.JOB_SUCCEEDED)).isEqualTo(98);
            assertThat(world.events(PoolEvent.Type.JOB_REQUEUED)).isEmpty();
            SimChecks.noWorkerPastItsCap(world.sims(), Duration.ZERO);
        }
    }

    @Test
    void shouldLoseNoneOf14HealthyWorkersWhenThePoolPausesForTenMinutes() {
        try (World world = World.hosted(builder -> builder).seedFleet()) {
            List<JobHandle> jobs = new ArrayList<>();
            for (int i = 0; i < 14; i++) {
                jobs.add(world.work(Duration.ofHours(2)));
            }
            world.minutes(30);
            assertThat(world.pool().status().running()).isEqualTo(14);
            world.host().pauseFor(Duration.ofMinutes(10));
            world.minutes(10);
            world.minutes(5);
            assertThat(world.count(PoolEvent.Type.WORKER_OFFLINE)).isZero();
            assertThat(world.count(PoolEvent.Type.JOB_REQUEUED)).isZero();
            assertThat(world.pool().status().health().online()).isEqualTo(14);
            assertThat(world.pool().status().running()).isEqualTo(14);
            world.hours(3);
            assertThat(jobs).allSatisfy(job -> {
                assertThat(world.job(job).state()).isEqualTo(JobState.SUCCEEDED);
                assertThat(world.job(job).attempt()).isEqualTo(1);
            });
        }
    }

    @Test
    void shouldHoldTheFailoverOfSevenSilentKaggleWorkersAndLeaveColabAlone() {
        try (World world = World.create().seedFleet()) {
            List<JobHandle> jobs = new ArrayList<>();
            for (int i = 0; i < 14; i++) {
                jobs.add(world.work(Duration.ofHours(2)));
            }
            world.minutes(10);
            world.network().partitionProvider("kaggle", Duration.ofHours(5));
            world.minutes(5);
            assertThat(world.count(PoolEvent.Type.BRAKE_ON)).isEqualTo(1);
            assertThat(world.count(PoolEvent.Type.WORKER_SUSPECT)).isEqualTo(7);
            assertThat(world.count(PoolEvent.Type.WORKER_OFFLINE)).isZero();
            assertThat(world.pool().status().running()).isEqualTo(14);
            world.minutes(6);
            assertThat(world.count(PoolEvent.Type.WORKER_OFFLINE))
                    .as("still held")
                    .isZero();
            world.minutes(4);
            assertThat(world.count(PoolEvent.Type.BRAKE_OFF)).isEqualTo(1);
            assertThat(world.count(PoolEvent.Type.WORKER_OFFLINE)).isEqualTo(7);
            assertThat(world.events(PoolEvent.Type.WORKER_OFFLINE))
                    .allSatisfy(event -> assertThat(event.account()).startsWith("kaggle/"));
            assertThat(world.events(PoolEvent.Type.JOB_REQUEUED)).hasSize(7);
            world.hours(6);
            assertThat(jobs)
                    .allSatisfy(job -> assertThat(world.job(job).state()).isEqualTo(JobState.SUCCEEDED));
            assertThat(world.count(PoolEvent.Type.JOB_QUARANTINED)).isZero();
        }
    }

    @Test
    void shouldNotHoldAFailoverPastTheEndOfTheSession() {
        try (World world = World.create()) {
            Hand old = world.hand("kaggle", "a", "old").online(Duration.ofMinutes(8 * 60 + 10));
            JobHandle job = world.work(Duration.ofMinutes(19));
            old.job();
            List<Hand> fleet = new ArrayList<>(List.of(old));
            for (int i = 0; i < 6; i++) {
                fleet.add(world.hand("kaggle", "a" + i, "w" + i).online());
            }
            world.advance(Duration.ofMinutes(9).plusSeconds(1));
            fleet.forEach(Hand::fallSilent);
            world.minutes(10);
            assertThat(world.count(PoolEvent.Type.BRAKE_ON)).isEqualTo(1);
            assertThat(world.count(PoolEvent.Type.WORKER_OFFLINE)).as("held").isZero();
            assertThat(world.job(job).state()).isEqualTo(JobState.RUNNING);
            world.minutes(1);
            assertThat(world.events(PoolEvent.Type.WORKER_OFFLINE))
                    .as("at its end, the others held")
                    .extracting(PoolEvent::worker)
                    .containsExactly("old");
            assertThat(world.job(job).state()).isNotEqualTo(JobState.RUNNING);
        }
    }

    @Test
    void shouldNotHoldTheFailoverOfALoneWorker() {
        try (World world = World.create().seedFleet()) {
            for (int i = 0; i < 14; i++) {
                world.work(Duration.ofHours(2));
            }
            world.minutes(10);
            world.sims().get(1).partition(Duration.ofHours(3));
            world.minutes(4);
            assertThat(world.count(PoolEvent.Type.BRAKE_ON)).isZero();
            assertThat(world.events(PoolEvent.Type.WORKER_OFFLINE))
                    .singleElement()
                    .satisfies(event -> assertThat(event.worker())
                            .isEqualTo(world.sims().get(1).name()));
        }
    }

    @Test
    void shouldResumeTheJobOfARestartedKernelAtOnce() {
        try (World world = World.create()) {
            Hand worker = world.hand("colab", "a", "w").online();
            JobHandle job = world.submit(
                    JobRequest.handler("train").limit(Duration.ofHours(4)).resumable());
            var lease = worker.job().lease();
            world.minutes(30);
            worker.checkpoint(lease, 1_800);
            String before = worker.session();
            worker.online(Duration.ofMinutes(30));
            assertThat(worker.session()).isNotEqualTo(before);
            assertThat(world.count(PoolEvent.Type.WORKER_SUPERSEDED)).isEqualTo(1);
            assertThat(worker.job().lease().jobId()).isEqualTo(job.id());
            CheckpointRef from = worker.job().checkpoint();
            assertThat(from).isEqualTo(Hand.at(1_800));
            assertThat(worker.progress(lease, 0.9).accepted()).isFalse();
            assertThat(worker.complete(lease, Duration.ofHours(1)).accepted()).isFalse();
            worker.complete(worker.job().lease(), Duration.ZERO);
            assertThat(world.job(job).state()).isEqualTo(JobState.SUCCEEDED);
            assertThat(world.quota("colab", "a").used()).isEqualTo(Duration.ofMinutes(30));
        }
    }
}
