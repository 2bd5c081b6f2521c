package dev.gpupool.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.JobHandle;
import dev.gpupool.JobRequest;
import dev.gpupool.JobState;
import dev.gpupool.testkit.SimJob;
import dev.gpupool.testkit.SimWorkerSpec;
import dev.gpupool.testkit.TestPool;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The host is deployed anew while notebooks work: they go on, and report to the new one. */
class ANewVersionOfTheHostTest {
    @Test
    void shouldLetWorkersGoOnWhileTheHostIsReplaced() {
        try (TestPool test = TestPool.create(8)) {
            test.worker(SimWorkerSpec.of("colab", "ana@example.org", "Colab-1").build());
            JobHandle job = test.pool()
                    .submit(JobRequest.handler("train")
                            .payload(SimJob.ofMillis(3_600_000).toJson())
                            .limit(Duration.ofHours(2))
                            .build());
            test.advance(Duration.ofMinutes(30));

            test.restart(); // close(), then a new pool over the same storage
            JobHandle known = test.pool().handle(job.id());

            assertThat(known.info().state()).isEqualTo(JobState.RUNNING);
            test.await(known.result());
            assertThat(known.info().attempt()).as("it never stopped").isEqualTo(1);
        }
    }
}
