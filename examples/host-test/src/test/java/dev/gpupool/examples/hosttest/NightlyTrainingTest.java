package dev.gpupool.examples.hosttest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.JobHandle;
import dev.gpupool.JobState;
import dev.gpupool.PoolEvent;
import dev.gpupool.WorkerSpec;
import dev.gpupool.testkit.SimJob;
import dev.gpupool.testkit.SimWorker;
import dev.gpupool.testkit.SimWorkerSpec;
import dev.gpupool.testkit.TestPool;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How a host tests itself: the real pool, in virtual time, on this thread. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class NightlyTrainingTest {
    private final TestPool test = TestPool.create(42);

    @AfterEach
    void close() {
        test.close();
    }

    private NightlyTraining host(Function<LocalDate, String> payload) {
        NightlyTraining host = new NightlyTraining(test.pool(), test.clock(), payload);
        host.start(Duration.ofHours(2));
        return host;
    }

    @Test
    void shouldTrainOnceANight() {
        test.pool()
                .workers()
                .local(
                        WorkerSpec.named("box-1").build(),
                        job -> "{\"trainedOn\":" + job.payload().json() + "}");
        NightlyTraining host = host(night -> "\"" + night + "\"");

        test.advance(Duration.ofDays(3));

        assertThat(host.jobs())
                .extracting(job -> test.await(job.result()).json())
                .containsExactly(
                        "{\"trainedOn\":\"2026-01-05\"}",
                        "{\"trainedOn\":\"2026-01-06\"}",
                        "{\"trainedOn\":\"2026-01-07\"}");
    }

    @Test
    void shouldTrainOnceThoughTheHostStartsTwice() {
        test.pool().workers().local(WorkerSpec.named("box-1").build(), job -> "1");
        NightlyTraining host = host(night -> "\"" + night + "\"");
        NightlyTraining again = host(night -> "\"" + night + "\"");

        test.advance(Duration.ofHours(3));

        assertThat(host.jobs()).hasSize(1);
        assertThat(again.jobs())
                .extracting(JobHandle::id)
                .containsExactly(host.jobs().get(0).id());
        assertThat(test.count(PoolEvent.Type.JOB_SUCCEEDED)).isEqualTo(1);
    }

    @Test
    void shouldSeeADayPassAndItsQuotaUsed() {
        test.worker(SimWorkerSpec.of("kaggle", "team@example.org", "Kaggle-1").build());
        NightlyTraining host = host(night -> SimJob.ofMillis(Duration.ofHours(5).toMillis())
                .withCheckpoints(600_000, 1_000)
                .toJson());

        test.advance(Duration.ofDays(1));

        JobHandle job = host.jobs().get(0);
        assertThat(job.info().state()).isEqualTo(JobState.SUCCEEDED);
        // Kaggle gives 30 hours a week; five hours of work and its checkpoints are gone.
        assertThat(test.pool().quotas().quota("Kaggle-1").used())
                .isBetween(Duration.ofHours(5), Duration.ofHours(5).plusMinutes(2));
        assertThat(test.pool().status().health().online()).isZero();
    }

    @Test
    void shouldGoOnElsewhereWhenTheWorkerIsLost() {
        SimWorker first = test.worker(
                SimWorkerSpec.of("colab", "one@example.org", "Colab-1").build());
        NightlyTraining host = host(night -> SimJob.ofMillis(Duration.ofHours(5).toMillis())
                .withCheckpoints(600_000, 1_000)
                .toJson());
        test.advance(Duration.ofHours(4));

        first.crash();
        test.worker(SimWorkerSpec.of("colab", "two@example.org", "Colab-2").build());
        JobHandle job = host.jobs().get(0);
        test.await(job.result());

        assertThat(job.info().worker()).isEqualTo("Colab-2");
        assertThat(job.info().attempt()).isEqualTo(2);
        // Two of the five hours were safe: the second worker needed little more than the other three.
        assertThat(test.pool().quotas().quota("Colab-2").used())
                .isBetween(Duration.ofHours(3), Duration.ofHours(3).plusMinutes(15));
        assertThat(events("Colab-1")).contains(PoolEvent.Type.WORKER_SUSPECT, PoolEvent.Type.WORKER_OFFLINE);
    }

    private List<PoolEvent.Type> events(String worker) {
        return test.events().stream()
                .filter(event -> event.worker().equals(worker))
                .map(PoolEvent::type)
                .toList();
    }
}
