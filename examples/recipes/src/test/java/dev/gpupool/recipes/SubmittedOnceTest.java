package dev.gpupool.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.gpupool.GpuPool;
import dev.gpupool.JobHandle;
import dev.gpupool.JobRequest;
import dev.gpupool.KeyConflictException;
import dev.gpupool.WorkerSpec;
import dev.gpupool.testkit.TestPool;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A caller that does not know whether its submit arrived says it again. */
class SubmittedOnceTest {
    @Test
    void shouldRunAJobOnceThatIsSubmittedTwice() {
        try (TestPool test = TestPool.create(3)) {
            GpuPool pool = test.pool();
            AtomicInteger runs = new AtomicInteger();
            pool.workers().local(WorkerSpec.named("box-1").build(), job -> "\"model " + runs.incrementAndGet() + "\"");

            JobRequest request = JobRequest.handler("train")
                    .key("order-4711") // of what it is for, not of the moment
                    .payload("{\"epochs\": 3}")
                    .build();
            JobHandle job = pool.submit(request);
            JobHandle again = pool.submit(request);

            assertThat(again.id()).isEqualTo(job.id());
            assertThat(test.await(again.result()).json()).isEqualTo("\"model 1\"");
            assertThat(test.await(pool.submit(request).result()).json()).isEqualTo("\"model 1\"");

            assertThatExceptionOfType(KeyConflictException.class)
                    .isThrownBy(() -> pool.submit(JobRequest.handler("train")
                            .key("order-4711")
                            .payload("{\"epochs\": 4}")
                            .build()));
        }
    }
}
