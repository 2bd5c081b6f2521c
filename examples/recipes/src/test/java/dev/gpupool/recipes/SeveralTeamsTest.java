package dev.gpupool.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.gpupool.GpuPool;
import dev.gpupool.JobHandle;
import dev.gpupool.JobRequest;
import dev.gpupool.UnknownTenantException;
import dev.gpupool.WorkerSpec;
import dev.gpupool.status.WorkerStatus;
import dev.gpupool.testkit.TestPool;
import org.junit.jupiter.api.Test;

/** Two teams share the pool's workers, and each keeps a box to itself. */
class SeveralTeamsTest {
    @Test
    void shouldKeepATeamsBoxToItsJobs() {
        try (TestPool test =
                TestPool.create(9, builder -> builder.tenant("vision").tenant("speech"))) {
            GpuPool pool = test.pool();
            pool.workers().local(WorkerSpec.named("vision-box").tenant("vision").build(), job -> "\"vision-box\"");

            JobHandle vision =
                    pool.submit(JobRequest.handler("train").tenant("vision").build());
            JobHandle speech =
                    pool.submit(JobRequest.handler("train").tenant("speech").build());

            assertThat(test.await(vision.result()).json()).isEqualTo("\"vision-box\"");
            pool.workers().local(WorkerSpec.named("shared-box").build(), job -> "\"shared-box\""); // of the pool
            assertThat(test.await(speech.result()).json()).isEqualTo("\"shared-box\"");

            assertThat(pool.status("speech").workers())
                    .extracting(WorkerStatus::worker)
                    .containsExactly("shared-box");
            assertThatExceptionOfType(UnknownTenantException.class).isThrownBy(() -> pool.status("sales"));
        }
    }
}
