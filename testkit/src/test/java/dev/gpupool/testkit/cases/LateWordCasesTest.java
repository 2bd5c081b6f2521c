package dev.gpupool.testkit.cases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.JobHandle;
import dev.gpupool.JobState;
import dev.gpupool.spi.worker.LeaseToken;
import dev.gpupool.spi.worker.ReportAnswer;
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
}
