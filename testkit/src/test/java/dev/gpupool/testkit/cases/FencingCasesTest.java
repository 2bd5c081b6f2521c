package dev.gpupool.testkit.cases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.JobHandle;
import dev.gpupool.JobInfo;
import dev.gpupool.JobState;
import dev.gpupool.PoolEvent;
import dev.gpupool.spi.worker.LeaseToken;
import dev.gpupool.spi.worker.ReportAnswer;
import dev.gpupool.spi.worker.Verdict;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class FencingCasesTest {
    @Test
    void shouldRefuseAZombiesWordAndChangeNothing() {
        try (World world = World.create()) {
            Hand zombie = world.hand("colab", "a", "zombie").online();
            JobHandle job = world.submit(World.request(Duration.ofHours(1)).resumable());
            LeaseToken old = zombie.job().lease();
            zombie.fallSilent();
            world.minutes(4);
            Hand heir = world.hand("colab", "b", "heir").online();
            LeaseToken now = heir.job().lease();
            heir.checkpoint(now, 10);
            JobInfo before = world.job(job);
            var quotas = world.pool().accounts().all();
            assertThat(zombie.progress(old, 0.9).outcome()).isEqualTo(ReportAnswer.Outcome.STALE);
            assertThat(world.job(job)).isEqualTo(before);
            assertThat(zombie.checkpoint(old, 99).outcome()).isEqualTo(ReportAnswer.Outcome.STALE);
            assertThat(world.job(job)).isEqualTo(before);
            assertThat(zombie.beat().verdicts().get(0).verdict()).isEqualTo(Verdict.LOST);
            assertThat(world.job(job)).isEqualTo(before);
            assertThat(world.quota("colab", "b")).isEqualTo(quotas.get(1));
            assertThat(zombie.complete(old, Duration.ofMinutes(4)).outcome()).isEqualTo(ReportAnswer.Outcome.STALE);
            assertThat(zombie.fail(old, Duration.ofMinutes(4)).outcome()).isEqualTo(ReportAnswer.Outcome.STALE);
            assertThat(world.job(job)).isEqualTo(before);
            assertThat(world.count(PoolEvent.Type.REPORT_REFUSED)).isEqualTo(4);
            assertThat(heir.complete(now, Duration.ofMinutes(1)).accepted()).isTrue();
            assertThat(world.job(job).result())
                    .isNotNull()
                    .satisfies(result -> assertThat(result.json()).isEqualTo("\"heir\""));
        }
    }

    @Test
    void shouldBookWhatALostWorkerUsedOnceItTellsAndOnlyOnce() {
        try (World world = World.create()) {
            Hand lost = world.hand("colab", "a", "lost").online();
            JobHandle job = world.submit(World.request(Duration.ofHours(1)).resumable());
            LeaseToken old = lost.job().lease();
            lost.fallSilent();
            world.minutes(30);
            Duration untilLastBeat = world.quota("colab", "a").used();
            assertThat(untilLastBeat).isLessThan(Duration.ofMinutes(2));
            Hand heir = world.hand("colab", "b", "heir").online();
            LeaseToken now = heir.job().lease();
            assertThat(lost.complete(old, Duration.ofMinutes(25)).outcome()).isEqualTo(ReportAnswer.Outcome.STALE);
            assertThat(world.quota("colab", "a").used()).isEqualTo(Duration.ofMinutes(25));
            assertThat(lost.complete(old, Duration.ofMinutes(25)).outcome()).isEqualTo(ReportAnswer.Outcome.STALE);
            assertThat(world.quota("colab", "a").used()).isEqualTo(Duration.ofMinutes(25));
            assertThat(heir.complete(now, Duration.ZERO).accepted()).isTrue();
            assertThat(world.job(job).state()).isEqualTo(JobState.SUCCEEDED);
        }
    }

    @Test
    void shouldFreeNoSlotForATokenOfAnotherJob() {
        try (World world = World.create()) {
            Hand worker = world.hand("colab", "a", "w").online();
            world.work(Duration.ofHours(1));
            LeaseToken lease = worker.job().lease();
            LeaseToken otherJob = new LeaseToken("jnone", lease.attempt(), lease.leaseId());
            assertThat(worker.complete(otherJob, Duration.ZERO).outcome()).isEqualTo(ReportAnswer.Outcome.UNKNOWN_JOB);
            assertThat(world.pool().status().workers().get(0).slotsFree()).isZero();
            assertThat(world.quota("colab", "a").reserved()).isEqualTo(Duration.ofHours(1));
        }
    }

    @Test
    void shouldRefuseEitherHalfOfAFencingTokenAlone() {
        try (World world = World.create()) {
            Hand worker = world.hand("colab", "a", "w").online();
            JobHandle job = world.work(Duration.ofHours(1));
            LeaseToken lease = worker.job().lease();
            JobInfo before = world.job(job);
            LeaseToken otherAttempt = new LeaseToken(lease.jobId(), lease.attempt() + 1, lease.leaseId());
            LeaseToken otherLease = new LeaseToken(lease.jobId(), lease.attempt(), "x" + lease.leaseId());
            LeaseToken otherJob = new LeaseToken("jnone", lease.attempt(), lease.leaseId());
            assertThat(worker.complete(otherAttempt, Duration.ZERO).outcome()).isEqualTo(ReportAnswer.Outcome.STALE);
            assertThat(world.job(job)).isEqualTo(before);
            assertThat(worker.complete(otherLease, Duration.ZERO).outcome()).isEqualTo(ReportAnswer.Outcome.STALE);
            assertThat(world.job(job)).isEqualTo(before);
            assertThat(worker.complete(otherJob, Duration.ZERO).outcome()).isEqualTo(ReportAnswer.Outcome.UNKNOWN_JOB);
            assertThat(world.job(job)).isEqualTo(before);
            world.minutes(1);
            assertThat(worker.complete(lease, Duration.ofMinutes(1)).accepted()).isTrue();
        }
    }

    @Test
    void shouldAcceptACompletionAfterExpiryOnceAndChargeItOnce() {
        try (World world = World.create()) {
            Hand worker = world.hand("colab", "a", "w").online();
            JobHandle job = world.work(Duration.ofHours(1));
            LeaseToken lease = worker.job().lease();
            world.minutes(20);
            worker.fallSilent();
            worker.beat();
            world.minutes(4);
            assertThat(world.job(job).state()).isEqualTo(JobState.QUEUED);
            assertThat(world.quota("colab", "a").used()).isEqualTo(Duration.ofMinutes(20));
            world.minutes(6);
            assertThat(worker.complete(lease, Duration.ofMinutes(30)).accepted())
                    .isTrue();
            assertThat(world.job(job).state()).isEqualTo(JobState.SUCCEEDED);
            assertThat(world.quota("colab", "a").used()).isEqualTo(Duration.ofMinutes(30));
            assertThat(world.count(PoolEvent.Type.LATE_REPORT_ACCEPTED)).isEqualTo(1);
            assertThat(worker.complete(lease, Duration.ofMinutes(30)).accepted())
                    .as("a repeated report gets the same answer")
                    .isTrue();
            worker.beat();
            world.minutes(1);
            assertThat(world.quota("colab", "a").used()).isEqualTo(Duration.ofMinutes(30));
            assertThat(world.quota("colab", "a").reserved()).isZero();
            assertThat(world.count(PoolEvent.Type.JOB_SUCCEEDED)).isEqualTo(1);
        }
    }

    @Test
    void shouldAcceptACheckpointAfterExpiryButTakeALateFailureAsEvidenceOnly() {
        try (World world = World.create()) {
            Hand worker = world.hand("colab", "a", "w").online();
            JobHandle job = world.submit(World.request(Duration.ofHours(1)).resumable());
            LeaseToken lease = worker.job().lease();
            worker.fallSilent();
            world.minutes(4);
            assertThat(world.job(job).state()).isEqualTo(JobState.QUEUED);
            assertThat(worker.checkpoint(lease, 55).accepted()).isTrue();
            assertThat(world.job(job).checkpoint()).isEqualTo(Hand.at(55));
            assertThat(world.job(job).state()).isEqualTo(JobState.QUEUED);
            JobInfo before = world.job(job);
            assertThat(worker.fail(lease, Duration.ofMinutes(4)).accepted()).isFalse();
            assertThat(world.job(job)).isEqualTo(before);
        }
    }

    @Test
    void shouldFenceACancelledJobAtOnce() {
        try (World world = World.create()) {
            Hand worker = world.hand("colab", "a", "w").online();
            JobHandle job = world.work(Duration.ofHours(1));
            LeaseToken lease = worker.job().lease();
            world.minutes(5);
            assertThat(world.pool().cancel(job.id())).isTrue();
            assertThat(world.job(job).state()).isEqualTo(JobState.CANCELLED);
            assertThat(world.worker("w").slotsFree())
                    .as("until the worker confirms")
                    .isZero();
            assertThat(worker.beat().verdicts().get(0).verdict()).isEqualTo(Verdict.CANCEL);
            assertThat(worker.complete(lease, Duration.ofMinutes(5)).outcome()).isEqualTo(ReportAnswer.Outcome.FINAL);
            world.settle();
            assertThat(world.job(job).state()).isEqualTo(JobState.CANCELLED);
            assertThat(world.worker("w").slotsFree()).isEqualTo(1);
            assertThat(world.quota("colab", "a").used()).isEqualTo(Duration.ofMinutes(5));
        }
    }
}
