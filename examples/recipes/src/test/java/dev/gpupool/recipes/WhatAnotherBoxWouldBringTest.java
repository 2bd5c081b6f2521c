package dev.gpupool.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.GpuPool;
import dev.gpupool.JobRequest;
import dev.gpupool.WorkerSpec;
import dev.gpupool.planning.Simulated;
import dev.gpupool.planning.WhatIf;
import dev.gpupool.testkit.SimJob;
import dev.gpupool.testkit.SimWorkerSpec;
import dev.gpupool.testkit.TestPool;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Before money is spent: the present queue, played on with a box more. */
class WhatAnotherBoxWouldBringTest {
    @Test
    void shouldTellWhatABoxMoreWouldBring() {
        try (TestPool test = TestPool.create(7)) {
            GpuPool pool = test.pool();
            test.worker(
                    SimWorkerSpec.of("kaggle", "ana@example.org", "Kaggle-1").build());
            test.advance(Duration.ofMinutes(2));
            for (int i = 0; i < 30; i++) {
                pool.submit(JobRequest.handler("train")
                        .payload(SimJob.ofMillis(3_000_000).toJson())
                        .limit(Duration.ofHours(1))
                        .build());
            }

            WhatIf change = WhatIf.builder()
                    .addWorker(WorkerSpec.named("new-box")
                            .device("RTX 4090", 24_564)
                            .build())
                    .build();
            Simulated week = pool.simulate(change, Duration.ofDays(7));
            System.out.println("useful GPU time: " + week.today().useful() + ", with the box "
                    + week.changed().useful());

            assertThat(week.changed().useful()).isGreaterThan(week.today().useful());
            assertThat(pool.workers().names()).doesNotContain("new-box");
        }
    }
}
