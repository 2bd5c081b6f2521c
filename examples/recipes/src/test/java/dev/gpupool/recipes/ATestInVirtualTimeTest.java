package dev.gpupool.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.JobHandle;
import dev.gpupool.JobRequest;
import dev.gpupool.JobState;
import dev.gpupool.PoolEvent;
import dev.gpupool.testkit.SimJob;
import dev.gpupool.testkit.SimWorker;
import dev.gpupool.testkit.SimWorkerSpec;
import dev.gpupool.testkit.TestPool;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a host does when a notebook dies at night, tested in milliseconds. */
class ATestInVirtualTimeTest {
    @Test
    void shouldFinishTheJobElsewhereWhenANotebookDies() {
        try (TestPool test = TestPool.create(42)) {
            SimWorker first = test.worker(
                    SimWorkerSpec.of("colab", "ana@example.org", "Colab-1").build());
            JobHandle job = test.pool()
                    .submit(JobRequest.handler("train")
                            .payload(SimJob.ofMillis(7_200_000)
                                    .withCheckpoints(600_000, 5_000)
                                    .toJson())
                            .limit(Duration.ofHours(3))
                            .resumable(Duration.ofSeconds(5))
                            .build());

            test.advance(Duration.ofMinutes(90));
            first.crash();
            test.worker(
                    SimWorkerSpec.of("kaggle", "bia@example.org", "Kaggle-1").build());
            test.advance(Duration.ofMinutes(4)); // three beats of silence

            assertThat(test.count(PoolEvent.Type.WORKER_OFFLINE)).isEqualTo(1);
            test.await(job.result());
            assertThat(job.info().state()).isEqualTo(JobState.SUCCEEDED);
            assertThat(job.info().worker()).isEqualTo("Kaggle-1");
            assertThat(job.info().attempt()).isEqualTo(2);
        }
    }
}
