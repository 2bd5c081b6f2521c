package dev.gpupool.testkit.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gpupool.JobHandle;
import dev.gpupool.JobRequest;
import dev.gpupool.JobState;
import dev.gpupool.PoolBusyException;
import dev.gpupool.spi.storage.Changeset;
import dev.gpupool.spi.storage.CommitResult;
import dev.gpupool.spi.storage.Op;
import dev.gpupool.spi.storage.RecordKey;
import dev.gpupool.spi.storage.RecordKind;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is answered from memory, and that it never goes against storage for long. */
class ReadingCasesTest {
    private static JobHandle ended(World world, Hand worker, String key) {
        JobHandle job = world.submit(JobRequest.handler("x").key(key));
        worker.complete(worker.job().lease(), Duration.ZERO);
        assertThat(world.job(job).state()).isEqualTo(JobState.SUCCEEDED);
        return job;
    }

    /** As a bounded storage does with a finished record. */
    private static void drop(World world, JobHandle job) {
        RecordKey key = new RecordKey(RecordKind.JOB, job.id());
        String version = world.storage().find(Set.of(key)).get(0).version();
        assertThat(world.storage().commit(new Changeset(List.of(new Op.Delete(key, version)))))
                .isEqualTo(CommitResult.APPLIED);
    }

    @Test
    void shouldTellOfJobsWhileTheStorageIsDownAsItLastHeldThem() {
        try (World world = World.hosted(builder -> builder)) {
            Hand worker = world.hand("colab", "a", "w").online();
            JobHandle old = ended(world, worker, "old");
            world.minutes(2);
            worker.claim();
            JobHandle fresh = ended(world, worker, "fresh");
            worker.claim();
            JobHandle running = world.work(Duration.ofHours(1));
            JobHandle queued = world.work(Duration.ofHours(1));
            world.storage().downFor(Duration.ofHours(1));
            assertThatThrownBy(() -> world.pool().cancel(queued.id())).isInstanceOf(PoolBusyException.class);
            assertThat(world.pool().status().storageDown()).isTrue();
            assertThat(world.job(queued).state()).as("not durable").isEqualTo(JobState.QUEUED);
            assertThat(world.job(running).state()).isEqualTo(JobState.RUNNING);
            assertThat(world.job(fresh).state()).isEqualTo(JobState.SUCCEEDED);
            assertThat(world.await(world.pool().handle(fresh.id()).result()).json())
                    .isEqualTo("\"w\"");
            assertThatThrownBy(() -> world.job(old)).isInstanceOf(PoolBusyException.class);
            assertThatThrownBy(() -> world.pool().job("jnone")).isInstanceOf(PoolBusyException.class);
            world.minutes(1);
            assertThat(world.pool().status().storageDown()).isTrue();
            assertThatThrownBy(() -> world.job(fresh)).isInstanceOf(PoolBusyException.class);
            assertThat(world.job(running).state()).isEqualTo(JobState.RUNNING);
            world.hours(1);
            assertThat(world.job(queued).state()).isEqualTo(JobState.CANCELLED);
            assertThat(world.job(old).state()).isEqualTo(JobState.SUCCEEDED);
        }
    }

    @Test
    void shouldNotTellForLongOfAJobThatStorageHasDropped() {
        try (World world = World.hosted(builder -> builder)) {
            Hand worker = world.hand("colab", "a", "w").online();
            JobHandle job = ended(world, worker, "k");
            drop(world, job);
            world.advance(Duration.ofSeconds(61));
            assertThat(world.pool().job(job.id())).isEmpty();
        }
    }

    @Test
    void shouldAskStorageRatherThanMemoryWhetherAKeyIsTaken() {
        try (World world = World.hosted(builder -> builder)) {
            Hand worker = world.hand("colab", "a", "w").online();
            JobHandle job = ended(world, worker, "k");
            assertThat(world.submit(JobRequest.handler("x").key("k")).info().state())
                    .isEqualTo(JobState.SUCCEEDED);
            drop(world, job);
            JobHandle again = world.submit(JobRequest.handler("x").key("k"));
            assertThat(again.id()).isEqualTo(job.id());
            assertThat(world.job(again).state()).isEqualTo(JobState.QUEUED);
            worker.claim();
            assertThat(worker.job().lease().jobId()).isEqualTo(again.id());
        }
    }
}
