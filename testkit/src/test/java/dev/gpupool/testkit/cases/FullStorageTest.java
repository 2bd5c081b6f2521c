package dev.gpupool.testkit.cases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.HeartbeatMonitor;
import dev.gpupool.InMemoryStorage;
import dev.gpupool.JobHandle;
import dev.gpupool.JobQuery;
import dev.gpupool.JobState;
import dev.gpupool.PoolBusyException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A pool over a storage that has no room for another record. */
class FullStorageTest {
    private static final int RECORDS = 20;

    @Test
    void shouldRefuseJobsWhileItIsFullLoseNoneAndTakeOthersAgainAsOldOnesEnd() {
        try (World world = World.over(InMemoryStorage.create(RECORDS))) {
            Hand worker = world.hand("colab", "a", "w").online();
            List<JobHandle> taken = new ArrayList<>();
            fill(world, taken);
            assertThat(taken).hasSizeBetween(5, RECORDS);
            assertThat(world.pool().jobs(JobQuery.ALL).jobs()).hasSameSizeAs(taken);

            world.minutes(10);
            assertThat(world.pool().heartbeats().state("w")).isEqualTo(HeartbeatMonitor.State.ONLINE);
            for (int i = 0; i < taken.size(); i++) {
                worker.complete(worker.job().lease(), Duration.ofMinutes(10));
                assertThat(world.job(taken.get(i)).state()).isEqualTo(JobState.SUCCEEDED);
                JobHandle next = world.work(Duration.ofHours(1));
                assertThat(world.job(next).state()).isEqualTo(JobState.QUEUED);
                worker.claim();
                assertThat(world.worker("w").jobs()).hasSize(1);
            }
            assertThat(world.pool().status().running()).isEqualTo(1);
            assertThat(world.pool().status().queued()).isEqualTo(taken.size() - 1);
        }
    }

    @Test
    void shouldRefuseAWorkerForWhichThereIsNoRoomAndKeepTheOthers() {
        try (World world = World.over(InMemoryStorage.create(RECORDS))) {
            Hand worker = world.hand("colab", "a", "w").online();
            List<JobHandle> taken = new ArrayList<>();
            fill(world, taken);
            Hand other = world.hand("kaggle", "b", "v");

            assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> other.register(Duration.ZERO)))
                    .hasRootCauseInstanceOf(PoolBusyException.class)
                    .hasMessageContaining("full");
            assertThat(world.pool().workers().names()).containsExactly("w");

            worker.complete(worker.job().lease(), Duration.ofMinutes(1));
            worker.claim();
            worker.complete(worker.job().lease(), Duration.ofMinutes(1));
            worker.claim();
            worker.complete(worker.job().lease(), Duration.ofMinutes(1));
            other.online();
            assertThat(other.job().lease().jobId()).isEqualTo(taken.get(3).id());
        }
    }

    private static void fill(World world, List<JobHandle> taken) {
        PoolBusyException full = null;
        while (full == null) {
            try {
                taken.add(world.work(Duration.ofHours(1)));
            } catch (PoolBusyException e) {
                full = e;
            }
        }
        assertThat(full).hasMessageContaining("full").hasMessageContaining("raise its limit");
    }
}
