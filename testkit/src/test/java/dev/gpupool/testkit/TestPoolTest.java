package dev.gpupool.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.JobHandle;
import dev.gpupool.JobRequest;
import dev.gpupool.JobState;
import dev.gpupool.PoolEvent;
import dev.gpupool.WorkerSpec;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TestPoolTest {
    @Test
    void shouldRunAJobOnALocalWorker() {
        try (TestPool test = TestPool.create(1)) {
            test.pool().workers().local(WorkerSpec.named("box-1").build(), job -> "\"done\"");
            JobHandle job = test.pool().submit(JobRequest.handler("train").build());
            assertThat(test.await(job.result()).json()).isEqualTo("\"done\"");
            assertThat(job.info().state()).isEqualTo(JobState.SUCCEEDED);
            assertThat(job.info().attempt()).isEqualTo(1);
            assertThat(test.count(PoolEvent.Type.JOB_SUCCEEDED)).isEqualTo(1);
        }
    }

    @Test
    void shouldGoOnElsewhereWhenASimulatedWorkerIsLost() {
        try (TestPool test = TestPool.create(4)) {
            SimWorker first =
                    test.worker(SimWorkerSpec.of("colab", "a", "Colab-1").build());
            JobHandle job = test.pool()
                    .submit(JobRequest.handler("train")
                            .payload(SimJob.ofMillis(3_600_000)
                                    .withCheckpoints(600_000, 1_000)
                                    .toJson())
                            .limit(Duration.ofHours(2))
                            .resumable()
                            .build());
            test.advance(Duration.ofMinutes(25));
            first.crash();
            test.worker(SimWorkerSpec.of("kaggle", "b", "Kaggle-1").build());
            test.await(job.result());
            assertThat(job.info().attempt()).isEqualTo(2);
            assertThat(job.info().worker()).isEqualTo("Kaggle-1");
            assertThat(test.count(PoolEvent.Type.WORKER_OFFLINE)).isEqualTo(1);
        }
    }

    @Test
    void shouldKeepItsSimulatedWorkersOverARestart() {
        try (TestPool test = TestPool.create(5)) {
            SimWorker worker =
                    test.worker(SimWorkerSpec.of("colab", "a", "Colab-1").build());
            test.advance(Duration.ofMinutes(5));
            test.restart();
            JobHandle job = test.pool()
                    .submit(JobRequest.handler("train")
                            .payload(SimJob.ofMillis(60_000).toJson())
                            .build());
            test.await(job.result());
            assertThat(worker.state()).isEqualTo(SimWorker.State.ONLINE);
        }
    }

    @Test
    void shouldGoOnWithQueuedJobsAfterARestart() {
        try (TestPool test = TestPool.create(2)) {
            String id = test.pool()
                    .submit(JobRequest.handler("train").key("a").build())
                    .id();
            test.restart();
            assertThat(test.pool().job(id)).get().extracting(job -> job.state()).isEqualTo(JobState.QUEUED);
            test.pool().workers().local(WorkerSpec.named("box-1").build(), job -> "1");
            assertThat(test.await(test.pool().handle(id).result()).json()).isEqualTo("1");
        }
    }

    @Test
    void shouldRetryAFailedJobWithBackoff() {
        try (TestPool test = TestPool.create(3)) {
            int[] tries = {0};
            test.pool().workers().local(WorkerSpec.named("box-1").build(), job -> {
                if (++tries[0] < 3) {
                    throw new IllegalStateException("try " + tries[0]);
                }
                return "3";
            });
            JobHandle job = test.pool().submit(JobRequest.handler("train").build());
            assertThat(test.await(job.result()).json()).isEqualTo("3");
            assertThat(test.count(PoolEvent.Type.JOB_DELAYED)).isEqualTo(2);
            test.advance(Duration.ofHours(2));
        }
    }
}
