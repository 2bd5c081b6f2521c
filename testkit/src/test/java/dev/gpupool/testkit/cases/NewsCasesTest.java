package dev.gpupool.testkit.cases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.JobHandle;
import dev.gpupool.JobState;
import dev.gpupool.testkit.StorageFault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How soon a host knows what another one did. */
class NewsCasesTest {
    private static final Duration BEAT = Duration.ofMinutes(1);

    private final List<World> worlds = new ArrayList<>();

    @AfterEach
    void close() {
        worlds.forEach(World::close);
    }

    private World two(World a) {
        World b = a.beside("other");
        worlds.add(b);
        worlds.add(a);
        return b;
    }

    private static JobState known(World world, JobHandle job) {
        return world.pool().job(job.id()).orElseThrow().state();
    }

    @Test
    void shouldKnowOfAnotherHostAndItsJobsAtOnceWhenTheStorageGivesHints() {
        World a = World.hinted();
        World b = two(a);
        a.advance(Duration.ofMillis(1));
        JobHandle job = b.work(Duration.ofHours(1));
        var result = job.result();
        Hand worker = a.hand("colab", "a", "w").online();
        assertThat(worker.job().lease().jobId()).isEqualTo(job.id());
        assertThat(known(b, job)).isEqualTo(JobState.RUNNING);
        worker.complete(worker.job().lease(), Duration.ZERO);
        a.advance(Duration.ofMillis(1));
        assertThat(result).isCompleted();
    }

    @Test
    void shouldKnowWhatALostHintWasAboutWithinABeat() {
        World a = World.hinted();
        World b = two(a);
        a.advance(BEAT);
        Hand worker = a.hand("colab", "a", "w").online();
        a.storage().chance(StorageFault.HINT_LOST, 1_000_000);
        JobHandle job = b.work(Duration.ofHours(1));
        a.advance(Duration.ofSeconds(1));
        assertThat(worker.given()).as("nobody told").isNull();
        a.advance(BEAT);
        assertThat(worker.job().lease().jobId()).isEqualTo(job.id());
    }

    @Test
    void shouldReadEverythingAgainAtOnceWhenTheStorageSaysThatItMissedHints() {
        World a = World.hinted();
        World b = two(a);
        a.advance(BEAT);
        Hand worker = a.hand("colab", "a", "w").online();
        a.storage().chance(StorageFault.HINT_LOST, 1_000_000);
        JobHandle job = b.work(Duration.ofHours(1));
        a.advance(Duration.ofSeconds(1));
        assertThat(worker.given()).as("nobody told").isNull();
        a.storage().sayMissed();
        a.advance(Duration.ofMillis(1));
        assertThat(worker.job().lease().jobId()).isEqualTo(job.id());
    }

    @Test
    void shouldKnowWithinTheRefreshIntervalWhenTheStorageGivesNoHints() {
        World a = World.hosted(builder -> builder);
        World b = two(a);
        a.advance(BEAT);
        Hand worker = a.hand("colab", "a", "w").online();
        JobHandle job = b.work(Duration.ofHours(1));
        a.advance(Duration.ofSeconds(5));
        assertThat(worker.job().lease().jobId()).isEqualTo(job.id());
    }
}
