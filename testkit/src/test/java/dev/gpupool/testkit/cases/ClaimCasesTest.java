package dev.gpupool.testkit.cases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.JobHandle;
import dev.gpupool.JobState;
import dev.gpupool.PoolEvent;
import dev.gpupool.spi.worker.LeaseGrant;
import dev.gpupool.spi.worker.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What becomes of a lease when the answer that grants it does not reach the worker. */
class ClaimCasesTest {
    /** How long at least nothing may be heard of a new lease: an OFFLINE and one beat; noticed within a beat more. */
    private static final Duration START_UP = Duration.ofMinutes(4);

    private static LeaseGrant granted(Hand worker) {
        return Objects.requireNonNull(worker.repeatClaim().join().grant());
    }

    @Test
    void shouldGiveTheSameLeaseToEachRepetitionOfAClaim() {
        try (World world = World.create()) {
            Hand worker = world.hand("colab", "a", "w").online();
            JobHandle job = world.work(Duration.ofHours(1));
            LeaseGrant first = granted(worker);
            assertThat(first.lease().jobId()).isEqualTo(job.id());
            for (int i = 0; i < 10; i++) {
                world.minutes(2);
                assertThat(granted(worker).lease())
                        .as("after " + 2 * i + " min")
                        .isEqualTo(first.lease());
            }
            assertThat(world.job(job).state()).isEqualTo(JobState.RUNNING);
            assertThat(world.job(job).attempt()).isEqualTo(1);
            assertThat(world.count(PoolEvent.Type.JOB_LEASED)).isEqualTo(1);
        }
    }

    @Test
    void shouldTakeBackALeaseOfWhichNothingIsHeardAndBookNothing() {
        try (World world = World.create()) {
            Hand deaf = world.hand("colab", "a", "deaf").online();
            JobHandle job = world.work(Duration.ofHours(1));
            world.advance(START_UP.minusMillis(1));
            assertThat(world.job(job).state()).isEqualTo(JobState.RUNNING);
            Hand heir = world.hand("colab", "b", "heir").online();
            world.minutes(2);
            assertThat(heir.job().lease().jobId()).isEqualTo(job.id());
            assertThat(world.job(job).attempt()).isEqualTo(2);
            assertThat(world.quota("colab", "a").used()).isZero();
            assertThat(world.quota("colab", "a").reserved()).isZero();
            assertThat(world.worker("deaf").slotsFree()).isEqualTo(1);
            assertThat(world.count(PoolEvent.Type.WORKER_SUSPECT)).isZero();
            assertThat(deaf.repeatClaim()).as("the claim stands again").isNotDone();
        }
    }

    @Test
    void shouldTakeBackNoLeaseForTheTimeInWhichThePoolStoodStill() {
        try (World world = World.hosted(builder -> builder)) {
            Hand worker = world.hand("colab", "a", "w").online();
            JobHandle job = world.work(Duration.ofHours(1));
            world.host().pauseFor(Duration.ofMinutes(10));
            world.minutes(12); // the answer to the claim was lost; two beats are heard since, which do not name the job
            assertThat(world.job(job).state()).isEqualTo(JobState.RUNNING);
            assertThat(granted(worker).lease().attempt()).isEqualTo(1);
        }
    }

    @Test
    void shouldLetAWorkerKeepALeaseThatItTakesUpAfterItWasTakenBackButNotIssuedAgain() {
        try (World world = World.create()) {
            Hand slow = world.hand("colab", "a", "slow").online();
            JobHandle job = world.work(Duration.ofHours(1));
            world.advance(START_UP.plusMinutes(2));
            assertThat(world.job(job).state()).isEqualTo(JobState.QUEUED);
            assertThat(slow.job().lease().jobId()).isEqualTo(job.id());
            assertThat(slow.beat().verdicts())
                    .singleElement()
                    .satisfies(verdict -> assertThat(verdict.verdict()).isEqualTo(Verdict.OK));
            assertThat(world.job(job).state()).isEqualTo(JobState.RUNNING);
            assertThat(world.job(job).attempt()).isEqualTo(1);
        }
    }

    @Test
    void shouldBlameNoJobForLeasesThatWereNeverTakenUp() {
        try (World world = World.create()) {
            List<Hand> deaf = List.of(
                    world.hand("colab", "a", "one").online(),
                    world.hand("colab", "b", "two").online(),
                    world.hand("colab", "c", "three").online());
            JobHandle job = world.work(Duration.ofHours(1));
            world.minutes(3 * 5);
            assertThat(world.count(PoolEvent.Type.JOB_LEASED)).isEqualTo(deaf.size());
            assertThat(world.count(PoolEvent.Type.JOB_QUARANTINED)).isZero();
            assertThat(world.job(job).state()).isEqualTo(JobState.QUEUED);
        }
    }
}
