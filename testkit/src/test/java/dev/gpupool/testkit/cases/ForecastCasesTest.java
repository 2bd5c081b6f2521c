package dev.gpupool.testkit.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.gpupool.GpuPool;
import dev.gpupool.JobHandle;
import dev.gpupool.JobRequest;
import dev.gpupool.PoolEvent;
import dev.gpupool.UnknownJobException;
import dev.gpupool.WorkerSpec;
import dev.gpupool.planning.BurnForecast;
import dev.gpupool.planning.StartForecast;
import dev.gpupool.status.Reason.Code;
import dev.gpupool.testkit.SimJob;
import dev.gpupool.testkit.SimObserver;
import dev.gpupool.testkit.SimWorkerSpec;
import dev.gpupool.testkit.Simulation;
import dev.gpupool.testkit.TestPool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What {@code pool.forecasts()} says, of what it says nothing, and that asking changes nothing. */
class ForecastCasesTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private static JobHandle submit(TestPool test, Duration work) {
        String payload = SimJob.ofMillis(work.toMillis())
                .withCheckpoints(Duration.ofMinutes(5).toMillis(), 1_000)
                .toJson();
        return test.pool()
                .submit(JobRequest.handler("sim")
                        .payload(payload)
                        .resumable(Duration.ofSeconds(1))
                        .limit(Duration.ofHours(10))
                        .build());
    }

    private static TestPool busy() {
        TestPool test = TestPool.create(1);
        test.worker(SimWorkerSpec.of("colab", "a@example.org", "colab-1").build());
        test.advance(Duration.ofMinutes(5));
        return test;
    }

    @Test
    void shouldForecastTheEndOfTheJobThatRuns() {
        try (TestPool test = busy()) {
            submit(test, HOUR.multipliedBy(2));
            test.advance(HOUR);
            JobHandle waits = submit(test, HOUR);

            StartForecast forecast = test.pool().forecasts().start(waits.id());

            assertThat(forecast.jobId()).isEqualTo(waits.id());
            assertThat(forecast.reason().code()).isEqualTo(Code.BUSY);
            assertThat(Duration.between(test.clock().instant(), forecast.p50()))
                    .isBetween(Duration.ofMinutes(50), Duration.ofMinutes(70));
            assertThat(forecast.p90()).isAfterOrEqualTo(forecast.p50());
            assertThat(test.pool().forecasts().start(waits.id())).isEqualTo(forecast);
        }
    }

    @Test
    void shouldForecastTheHeadOfTheQueueInItsOrder() {
        try (TestPool test = busy()) {
            submit(test, HOUR);
            List<String> ids = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                ids.add(submit(test, HOUR).id());
            }

            List<StartForecast> head = test.pool().forecasts().starts(3);

            assertThat(head).extracting(StartForecast::jobId).containsExactlyElementsOf(ids.subList(0, 3));
            assertThat(head.get(1).p50()).isAfter(head.get(0).p50());
            assertThat(head.get(2).reason().code()).isEqualTo(Code.JOBS_BEFORE);
        }
    }

    @Test
    void shouldForecastNothingOfAJobThatRunsOrHasEnded() {
        try (TestPool test = busy()) {
            JobHandle job = submit(test, HOUR);
            test.advance(Duration.ofMinutes(1));

            StartForecast runs = test.pool().forecasts().start(job.id());
            test.await(job.result());
            test.advance(Duration.ofMinutes(5));
            StartForecast ended = test.pool().forecasts().start(job.id());

            assertThat(runs.p50()).isNull();
            assertThat(runs.reason().code()).isEqualTo(Code.NOT_PENDING);
            assertThat(runs.reason().have()).isEqualTo("RUNNING");
            assertThat(ended.p90()).isNull();
            assertThat(ended.reason().have()).isEqualTo("SUCCEEDED");
        }
    }

    @Test
    void shouldRefuseWhatItDoesNotKnow() {
        try (TestPool test = busy()) {
            assertThatExceptionOfType(UnknownJobException.class)
                    .isThrownBy(() -> test.pool().forecasts().start("nobody"))
                    .withMessageContaining("nobody");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> test.pool().forecasts().account("colab", "b@example.org"))
                    .withMessageContaining("colab/b@example.org");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> test.pool().forecasts().starts(0))
                    .withMessageContaining("starts.limit");
        }
    }

    @Test
    void shouldSayWhyAndWhenNotWithoutAWorker() {
        try (TestPool test = TestPool.create(1)) {
            JobHandle job = submit(test, HOUR);

            StartForecast forecast = test.pool().forecasts().start(job.id());

            assertThat(forecast.p50()).isNull();
            assertThat(forecast.p90()).isNull();
            assertThat(forecast.reason().code()).isEqualTo(Code.NO_WORKER);
            assertThat(test.pool().forecasts().accounts()).isEmpty();
        }
    }

    @Test
    void shouldTellRateAndPaceOfAnAccount() {
        try (TestPool test = busy()) {
            submit(test, HOUR.multipliedBy(6));
            test.advance(HOUR.multipliedBy(12).minusMinutes(5));

            BurnForecast burn = test.pool().forecasts().account("colab", "a@example.org");

            // Six hours of a day are a quarter; even use of 58.8 h a week would be 4.2 h by noon of Monday.
            assertThat(burn.ratePerHour()).isBetween(0.24, 0.26);
            assertThat(burn.pace()).isBetween(6 / 4.2 - 0.05, 6 / 4.2 + 0.05);
            assertThat(burn.windowEnd()).isEqualTo(TestPool.START.plus(Duration.ofDays(7)));
            assertThat(burn.marginAt()).isNull();
            // One job in half a day: more are expected until Sunday.
            assertThat(burn.unusedAtReset()).isBetween(HOUR, HOUR.multipliedBy(52));
            assertThat(test.pool().forecasts().accounts()).containsExactly(burn);
        }
    }

    @Test
    void shouldSayThatAnAccountIsAtItsMargin() {
        try (TestPool test = busy()) {
            test.pool()
                    .accounts()
                    .report(
                            "colab",
                            "a@example.org",
                            Duration.ofHours(60),
                            test.clock().instant());
            test.settle();

            BurnForecast burn = test.pool().forecasts().account("colab", "a@example.org");

            assertThat(burn.marginAt()).isEqualTo(test.clock().instant());
            assertThat(burn.unusedAtReset()).isZero();
        }
    }

    @Test
    void shouldPlaceTheSameJobsWhetherOrNotItIsAsked() {
        List<String> asked = new ArrayList<>();
        List<String> unasked = new ArrayList<>();
        int[] forecasts = {0};

        Simulation.seed(5)
                .days(2)
                .jobs(150)
                .longJobs(30)
                .observer(leases(unasked))
                .run();
        Simulation.seed(5)
                .days(2)
                .jobs(150)
                .longJobs(30)
                .observer(new SimObserver() {
                    @Override
                    public void acknowledged(GpuPool pool, String jobId, long nowMillis) {
                        forecasts[0] += pool.forecasts().starts(5).size();
                    }

                    @Override
                    public void happened(PoolEvent event, long nowMillis) {
                        leases(asked).happened(event, nowMillis);
                    }
                })
                .run();

        assertThat(forecasts[0]).isPositive();
        assertThat(asked).hasSizeGreaterThan(100).isEqualTo(unasked);
    }

    private static SimObserver leases(List<String> into) {
        return new SimObserver() {
            @Override
            public void happened(PoolEvent event, long nowMillis) {
                if (event.type() == PoolEvent.Type.JOB_LEASED) {
                    into.add(nowMillis + " " + event.jobId() + " " + event.worker());
                }
            }
        };
    }

    @Test
    void shouldForecastTheHeadOfAVeryLongQueue() {
        try (TestPool test = TestPool.create(1)) {
            for (int i = 0; i < 14; i++) {
                String name = "colab-" + i;
                test.pool()
                        .workers()
                        .register(WorkerSpec.named(name).account("colab", name).build());
            }
            for (int i = 0; i < 10_000; i++) {
                test.pool().submitAsync(JobRequest.handler("sim").key("k" + i).build());
                if (i % 500 == 0) {
                    test.settle();
                }
            }
            test.settle();

            List<StartForecast> head = test.pool().forecasts().starts(100);
            String last = head.get(99).jobId();

            assertThat(head).hasSize(100).extracting(StartForecast::jobId).doesNotHaveDuplicates();
            assertThat(test.pool().forecasts().start(last).reason().have()).startsWith("99 ");
        }
    }
}
