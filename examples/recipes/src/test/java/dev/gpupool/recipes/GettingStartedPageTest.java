package dev.gpupool.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gpupool.GpuPool;
import dev.gpupool.JobHandle;
import dev.gpupool.JobRequest;
import dev.gpupool.TokenSpec;
import dev.gpupool.WorkerSpec;
import dev.gpupool.http.jetty.HttpTransport;
import dev.gpupool.planning.CoveragePlan;
import dev.gpupool.planning.CoveragePlanner;
import dev.gpupool.planning.PlanFleet;
import dev.gpupool.planning.PlanOptions;
import dev.gpupool.planning.PlanRequest;
import dev.gpupool.planning.PlanText;
import dev.gpupool.planning.Target;
import dev.gpupool.quota.ProviderPreset;
import dev.gpupool.quota.Selection;
import dev.gpupool.testkit.SimWorkerSpec;
import dev.gpupool.testkit.TestPool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What README, getting-started.md, planning.md and providers.md show. */
class GettingStartedPageTest {
    @Test
    void shouldRunAPoolInVirtualTime() {
        try (TestPool test = TestPool.create(42)) {
            test.pool().workers().local(WorkerSpec.named("box-1").build(), job -> "1");
            JobHandle job = test.pool().submit(JobRequest.handler("train").build());
            assertEquals("1", test.await(job.result()).json());
            test.advance(Duration.ofDays(7));
        }
    }

    @Test
    void shouldLetAHostDispatchByItself() {
        try (GpuPool pool = GpuPool.builder().build().start()) {
            pool.workers()
                    .register(WorkerSpec.named("Colab-1")
                            .account("colab", "conta1@gmail.com")
                            .build());
            pool.heartbeats().beat("Colab-1"); // every minute
            Selection next = pool.quotas().selectNextWorker("default").orElseThrow();
            pool.quotas().recordUsage(next.worker(), Duration.ofMinutes(3));

            assertThat(next.worker()).isEqualTo("Colab-1");
            assertThat(pool.accounts().quota("colab", "conta1@gmail.com").used())
                    .isEqualTo(Duration.ofMinutes(3));
        }
    }

    @Test
    void shouldOpenAPoolToWorkersElsewhere() {
        int port = 0;
        HttpTransport http = HttpTransport.standalone(port);
        GpuPool pool = GpuPool.builder().transport(http).build().start();
        String token = pool.tokens().create(TokenSpec.pool()).join().secret();

        assertThat(token).startsWith("gpj-");
        assertThat(http.port()).isPositive();
        pool.close();
    }

    @Test
    void shouldPlanAPoolsSessions() {
        try (TestPool test = TestPool.create(3)) {
            GpuPool pool = test.pool();
            for (int i = 1; i <= 7; i++) {
                test.worker(SimWorkerSpec.of("colab", "c" + i, "Colab-" + i).build());
            }
            test.advance(Duration.ofMinutes(1));

            CoveragePlan plan =
                    pool.plan(PlanOptions.builder().target(Target.of(6)).build());
            System.out.println(PlanText.of(plan));

            assertThat(plan.missing()).isPresent();
            assertThat(plan.minimum()).isPositive();
        }
    }

    @Test
    void shouldPlanAFleetOfAFile() throws Exception {
        Path file = Path.of("..", "plan", "fleets", "seed-daily.json");
        PlanRequest request = PlanFleet.read(Files.readString(file)); // or PlanRequest.builder()
        CoveragePlan plan = CoveragePlanner.plan(request);
        System.out.println(PlanText.of(plan));

        assertThat(plan.minimum()).isEqualTo(5);
    }

    @Test
    void shouldTakeAPresetAsAPolicy() {
        GpuPool pool = GpuPool.builder()
                .provider(ProviderPreset.named("kaggle-batch-2026").policy())
                .build();

        assertThat(pool.start().policies().find("kaggle-batch-2026")).isPresent();
        pool.close();
    }
}
