package dev.gpupool.testkit.cases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.JobHandle;
import dev.gpupool.JobRequest;
import dev.gpupool.JobState;
import dev.gpupool.PoolEvent;
import dev.gpupool.WorkerSpec;
import dev.gpupool.testkit.TestPool;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a worker of this process does with the answers that it gets. */
class LocalWorkerTest {
    @Test
    void shouldStopAHandlerAtItsNextReportOnceItsJobIsCancelled() {
        try (TestPool test = TestPool.create(1)) {
            List<Boolean> stops = new ArrayList<>();
            List<Instant> times = new ArrayList<>();
            test.pool().workers().local(WorkerSpec.named("box-1").build(), job -> {
                test.pool().cancel(job.jobId());
                stops.add(job.shouldStop());
                times.add(test.clock().instant());
                job.progress(0.5, "half way");
                test.settle();
                stops.add(job.shouldStop());
                times.add(test.clock().instant());
                return null;
            });

            JobHandle job = test.pool().submit(JobRequest.handler("train").build());
            test.advance(Duration.ofSeconds(1));

            assertThat(stops).containsExactly(false, true);
            assertThat(times.get(1)).as("well before the next beat").isEqualTo(times.get(0));
            assertThat(job.info().state()).isEqualTo(JobState.CANCELLED);
            assertThat(test.pool().status().running()).isZero();
        }
    }

    @Test
    void shouldFailAJobWhoseHandlerReturnsNoJson() {
        try (TestPool test = TestPool.create(2)) {
            test.pool().workers().local(WorkerSpec.named("box-1").build(), job -> "done");

            JobHandle job = test.pool().submit(JobRequest.handler("train").build());
            test.settle();

            assertThat(job.info().state()).as("another try would give the same").isEqualTo(JobState.FAILED);
            assertThat(job.info().attempt()).isEqualTo(1);
            assertThat(job.info().ending()).contains("a handler returns JSON text", "result must be JSON text");
        }
    }

    @Test
    void shouldTakeWhatAHandlerThrowsAtTheCheckpointOfACancelledJobForItsEnd() {
        try (TestPool test = TestPool.create(2)) {
            test.pool().workers().local(WorkerSpec.named("box-1").build(), job -> {
                if (!"\"cancel me\"".equals(job.payload().json())) {
                    return "1";
                }
                test.pool().cancel(job.jobId());
                job.saveCheckpoint(1, new ByteArrayInputStream(new byte[] {1}));
                return "2";
            });

            JobHandle cancelled = test.pool()
                    .submit(JobRequest.handler("train").payload("\"cancel me\"").build());
            JobHandle next = test.pool().submit(JobRequest.handler("train").build());

            assertThat(test.await(next.result()).json()).isEqualTo("1");
            assertThat(test.events())
                    .filteredOn(event -> event.type() == PoolEvent.Type.REPORT_REFUSED)
                    .extracting(PoolEvent::message)
                    .containsExactly("Checkpointed of attempt 1: the job is CANCELLED");
            assertThat(cancelled.info().state()).isEqualTo(JobState.CANCELLED);
        }
    }
}
