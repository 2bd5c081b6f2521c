package dev.gpupool.testkit.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gpupool.JobHandle;
import dev.gpupool.JobState;
import dev.gpupool.PoolEvent;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ResumeCasesTest {
    @Test
    void shouldQuarantineAJobThatTakesDownThreeWorkersAndNameThem() {
        try (World world = World.create()) {
            JobHandle job = world.submit(World.request(Duration.ofHours(1)).resumable());
            for (int i = 1; i <= 3; i++) {
                assertThat(world.job(job).state()).isEqualTo(JobState.QUEUED);
                takeDown(world, job, i, -1);
            }
            assertThat(world.job(job).state()).isEqualTo(JobState.QUARANTINED);
            assertThat(world.job(job).ending()).contains("w1", "w2", "w3");
            assertThat(world.count(PoolEvent.Type.JOB_QUARANTINED)).isEqualTo(1);
            assertThatThrownBy(() -> world.await(job.result())).hasMessageContaining("QUARANTINED");
            Hand next = world.hand("colab", "a9", "w9").online();
            world.hours(1);
            assertThat(next.given()).isNull();
        }
    }

    @Test
    void shouldNotQuarantineA30HourJobThatLosesThreeSessionsWithCheckpointsBetween() {
        try (World world = World.create()) {
            JobHandle job = world.submit(World.request(Duration.ofHours(30)).resumable());
            for (int i = 1; i <= 3; i++) {
                takeDown(world, job, i, i * 1_000L);
                assertThat(world.job(job).state()).as("loss " + i).isEqualTo(JobState.QUEUED);
                assertThat(world.job(job).checkpoint()).isEqualTo(Hand.at(i * 1_000L));
            }
            assertThat(world.count(PoolEvent.Type.JOB_QUARANTINED)).isZero();
            Hand last = world.hand("colab", "a9", "w9").online();
            assertThat(last.job().checkpoint()).isEqualTo(Hand.at(3_000));
            last.complete(last.job().lease(), Duration.ZERO);
            assertThat(world.job(job).state()).isEqualTo(JobState.SUCCEEDED);
        }
    }

    @Test
    void shouldNotBlameAJobForLosingTheSameWorkerThreeTimes() {
        try (World world = World.create()) {
            JobHandle job = world.submit(World.request(Duration.ofHours(1)).resumable());
            Hand same = world.hand("colab", "a", "w");
            for (int i = 0; i < 3; i++) {
                same.online();
                assertThat(same.job().lease().jobId()).isEqualTo(job.id());
                same.fallSilent();
                world.minutes(4);
                assertThat(world.job(job).state()).isEqualTo(JobState.QUEUED);
            }
        }
    }

    @Test
    void shouldNotBlameAJobForPlannedEnds() {
        try (World world = World.create()) {
            JobHandle job = world.submit(World.request(Duration.ofHours(20)).resumable());
            for (int i = 1; i <= 4; i++) {
                Hand worker = world.hand("colab", "a" + i, "w" + i).online(Duration.ofHours(11));
                var lease = worker.job().lease();
                world.minutes(25);
                assertThat(world.worker("w" + i).draining()).isTrue();
                worker.release(lease, null, Duration.ofMinutes(25));
                worker.bye();
                assertThat(world.job(job).state()).as("end " + i).isEqualTo(JobState.QUEUED);
            }
        }
    }

    private static void takeDown(World world, JobHandle job, int number, long step) {
        Hand worker = world.hand("colab", "a" + number, "w" + number).online();
        assertThat(worker.job().lease().jobId()).isEqualTo(job.id());
        world.minutes(10);
        if (step >= 0) {
            worker.checkpoint(worker.job().lease(), step);
        }
        worker.fallSilent();
        world.minutes(5);
    }
}
