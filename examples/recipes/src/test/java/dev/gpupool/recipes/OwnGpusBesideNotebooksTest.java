package dev.gpupool.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.GpuPool;
import dev.gpupool.JobHandle;
import dev.gpupool.JobRequest;
import dev.gpupool.Requirements;
import dev.gpupool.WorkerSpec;
import dev.gpupool.testkit.SimJob;
import dev.gpupool.testkit.SimWorkerSpec;
import dev.gpupool.testkit.TestPool;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** An own box beside notebooks: it takes what only it can do, and its share of the rest. */
class OwnGpusBesideNotebooksTest {
    @Test
    void shouldRunPrivateJobsOnTheOwnBoxAndOthersAnywhere() {
        try (TestPool test = TestPool.create(2)) {
            GpuPool pool = test.pool();
            test.worker(SimWorkerSpec.of("colab", "ana@example.org", "Colab-1").build());

            pool.workers()
                    .local(
                            WorkerSpec.named("box-1")
                                    .device("RTX 4090", 24_564)
                                    .slots(2)
                                    .label("data", "private")
                                    .build(),
                            job -> "\"done on our own GPU\"");

            // Only where the label is, and where the memory is:
            Requirements ours = new Requirements(null, null, 20_000, 1, Map.of("data", "private"));
            JobHandle secret =
                    pool.submit(JobRequest.handler("train").requirements(ours).build());

            assertThat(test.await(secret.result()).json()).isEqualTo("\"done on our own GPU\"");
            assertThat(secret.info().worker()).isEqualTo("box-1");

            // Without requirements it goes to whoever has used the least of its quota.
            test.await(pool.accounts()
                    .report(
                            "colab",
                            "ana@example.org",
                            Duration.ofHours(20),
                            test.clock().instant()));
            test.advance(Duration.ofMinutes(2));
            JobHandle anywhere = pool.submit(JobRequest.handler("train")
                    .payload(SimJob.ofMillis(60_000).toJson())
                    .limit(Duration.ofMinutes(30))
                    .build());

            test.await(anywhere.result());
            assertThat(anywhere.info().worker()).isEqualTo("box-1");
        }
    }
}
