package dev.gpupool.testkit.cases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.JobHandle;
import dev.gpupool.JobState;
import dev.gpupool.PoolEvent;
import dev.gpupool.spi.worker.LeaseToken;
import dev.gpupool.spi.worker.ReportAnswer;
import dev.gpupool.spi.worker.Verdict;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What is booked for a lease that ended while nobody here heard its worker. */
class LateWordCasesTest {
    private static Duration used(World world, String account) {
        return world.quota("colab", account).used();
    }

    @Test
    void shouldBookWhatALostWorkerUsedAlsoWhenItTellsAfterARestart() {
        try (World world = World.create()) {
            Hand lost = world.hand("colab", "a", "lost").online();
            JobHandle job = world.submit(World.request(Duration.ofHours(1)).resumable());
            LeaseToken old = lost.job().lease();
            lost.fallSilent();
            world.minutes(30);
            Hand heir = world.hand("colab", "b", "heir").online();
            LeaseToken now = heir.job().lease();
            world.restart();
            assertThat(used(world, "a")).isLessThan(Duration.ofMinutes(2));
            assertThat(lost.complete(old, Duration.ofMinutes(25)).outcome()).isEqualTo(ReportAnswer.Outcome.STALE);
            assertThat(used(world, "a")).isEqualTo(Duration.ofMinutes(25));
            assertThat(lost.complete(old, Duration.ofMinutes(25)).outcome()).isEqualTo(ReportAnswer.Outcome.STALE);
            assertThat(used(world, "a")).isEqualTo(Duration.ofMinutes(25));
            assertThat(heir.complete(now, Duration.ZERO).accepted()).isTrue();
            assertThat(world.job(job).state()).isEqualTo(JobState.SUCCEEDED);
        }
    }

    @Test
    void shouldBookWhatASupersededProcessUsedOnceItsReportIsFound() {
        try (World world = World.create()) {
            Hand worker = world.hand("colab", "a", "w").online();
            world.submit(World.request(Duration.ofHours(1)).resumable());
            LeaseToken old = worker.job().lease();
            world.minutes(10);
            worker.fallSilent();
            world.minutes(2);
            worker.register(worker.age());
            assertThat(used(world, "a")).isEqualTo(Duration.ofMinutes(10));
            Duration tooLong = Duration.ofMinutes(40);
            assertThat(worker.complete(old, Duration.ofMinutes(11)).accepted()).isTrue();
            assertThat(used(world, "a")).isEqualTo(Duration.ofMinutes(11));
            worker.complete(old, tooLong);
            assertThat(used(world, "a")).isEqualTo(Duration.ofMinutes(11));
        }
    }

    @Test
    void shouldBookNoMoreOfASupersededProcessThanUntilItsEnd() {
        try (World world = World.create()) {
            Hand worker = world.hand("colab", "a", "w").online();
            world.submit(World.request(Duration.ofHours(1)).resumable());
            LeaseToken old = worker.job().lease();
            world.minutes(10);
            worker.fallSilent();
            world.minutes(2);
            worker.register(worker.age());
            world.minutes(1);
            worker.complete(old, Duration.ofMinutes(40));
            assertThat(used(world, "a")).isEqualTo(Duration.ofMinutes(12));
        }
    }

    /** A worker that was silent from its 20th to its 40th minute, while its job went to another. */
    private static LeaseToken returnsAfterItsJobWentOn(World world, Hand lost) {
        world.submit(World.request(Duration.ofHours(1)).resumable());
        LeaseToken old = lost.job().lease();
        world.minutes(20);
        lost.fallSilent();
        lost.beat();
        world.minutes(10);
        Hand heir = world.hand("colab", "b", "heir").online();
        heir.job();
        world.minutes(10);
        assertThat(lost.beat().verdicts().get(0).verdict()).isEqualTo(Verdict.LOST);
        return old;
    }

    @Test
    void shouldBookARefusedReturnByItsReportRatherThanUntilTheRefusal() {
        try (World world = World.create()) {
            Hand lost = world.hand("colab", "a", "lost").online();
            LeaseToken old = returnsAfterItsJobWentOn(world, lost);
            assertThat(used(world, "a")).isEqualTo(Duration.ofMinutes(20));
            assertThat(lost.beat().verdicts().get(0).verdict())
                    .as("refused once, refused for good")
                    .isEqualTo(Verdict.LOST);
            assertThat(world.count(PoolEvent.Type.REATTACH_REFUSED)).isEqualTo(1);
            assertThat(lost.complete(old, Duration.ofMinutes(25)).outcome()).isEqualTo(ReportAnswer.Outcome.STALE);
            assertThat(used(world, "a")).isEqualTo(Duration.ofMinutes(25));
            lost.complete(old, Duration.ofMinutes(25));
            lost.beat();
            assertThat(used(world, "a")).isEqualTo(Duration.ofMinutes(25));
            assertThat(world.worker("lost").slotsFree()).isEqualTo(1);
        }
    }

    @Test
    void shouldBookARefusedReturnThatReportsNothingUntilItLastSaidThatItRuns() {
        try (World world = World.create()) {
            Hand lost = world.hand("colab", "a", "lost").online();
            LeaseToken old = returnsAfterItsJobWentOn(world, lost);
            lost.drop(old);
            assertThat(used(world, "a")).isEqualTo(Duration.ofMinutes(20));
            world.minutes(1);
            lost.beat();
            assertThat(used(world, "a")).isEqualTo(Duration.ofMinutes(40));
            assertThat(world.quota("colab", "a").reserved()).isZero();
        }
    }

    @Test
    void shouldBookARefusedReturnAlsoWhenThePoolRestartsMeanwhile() {
        try (World world = World.create()) {
            Hand lost = world.hand("colab", "a", "lost").online();
            LeaseToken old = returnsAfterItsJobWentOn(world, lost);
            lost.drop(old);
            world.restart();
            world.minutes(1);
            lost.beat();
            assertThat(used(world, "a")).isEqualTo(Duration.ofMinutes(40));
        }
    }

    @Test
    void shouldBookARefusedReturnThatIsNeverHeardAgain() {
        try (World world = World.create()) {
            Hand lost = world.hand("colab", "a", "lost").online();
            returnsAfterItsJobWentOn(world, lost);
            world.minutes(10);
            assertThat(world.count(PoolEvent.Type.WORKER_OFFLINE)).isEqualTo(2);
            assertThat(used(world, "a")).isEqualTo(Duration.ofMinutes(40));
        }
    }

    @Test
    void shouldHoldWhatAReattachedLeaseRanUnheardUntilItIsKnown() {
        try (World world = World.create()) {
            Hand lost = world.hand("colab", "a", "lost").online();
            JobHandle job = world.submit(World.request(Duration.ofHours(1)).resumable());
            LeaseToken lease = lost.job().lease();
            world.minutes(20);
            lost.fallSilent();
            lost.beat();
            world.minutes(20);
            assertThat(lost.beat().verdicts().get(0).verdict()).isEqualTo(Verdict.OK);
            assertThat(world.count(PoolEvent.Type.LEASE_REATTACHED)).isEqualTo(1);
            assertThat(used(world, "a")).isEqualTo(Duration.ofMinutes(20));
            assertThat(world.quota("colab", "a").reserved())
                    .as("the unheard time is not given away")
                    .isGreaterThanOrEqualTo(Duration.ofMinutes(20));
            // It had ended at its 25th minute; the beat came before the report.
            assertThat(lost.complete(lease, Duration.ofMinutes(25)).accepted()).isTrue();
            assertThat(world.job(job).state()).isEqualTo(JobState.SUCCEEDED);
            assertThat(used(world, "a")).isEqualTo(Duration.ofMinutes(25));
            assertThat(world.quota("colab", "a").reserved()).isZero();
        }
    }

    @Test
    void shouldBookOnceWhatRanBeforeAReattachmentThatCameToNothing() {
        try (World world = World.create()) {
            Hand lost = world.hand("colab", "a", "lost").online();
            JobHandle job = world.submit(World.request(Duration.ofHours(1)).resumable());
            LeaseToken lease = lost.job().lease();
            world.minutes(20);
            lost.fallSilent();
            lost.beat();
            world.minutes(20);
            assertThat(lost.beat().verdicts().get(0).verdict()).isEqualTo(Verdict.OK);
            lost.drop(lease);
            lost.beatOn();
            world.minutes(6);
            assertThat(world.job(job).state()).as("given up").isEqualTo(JobState.QUEUED);
            assertThat(used(world, "a")).isEqualTo(Duration.ofMinutes(20));
            lost.complete(lease, Duration.ofMinutes(25));
            assertThat(used(world, "a")).isEqualTo(Duration.ofMinutes(25));
            assertThat(world.quota("colab", "a").reserved()).isZero();
        }
    }
}
