package dev.gpupool.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.GpuPool;
import dev.gpupool.JobHandle;
import dev.gpupool.JobRequest;
import dev.gpupool.Requirements;
import dev.gpupool.planning.StartForecast;
import dev.gpupool.status.Explanation;
import dev.gpupool.status.Reason;
import dev.gpupool.testkit.SimJob;
import dev.gpupool.testkit.SimWorkerSpec;
import dev.gpupool.testkit.TestPool;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A job stays QUEUED, and somebody asks why, and until when. */
class WhyAJobWaitsTest {
    @Test
    void shouldSayWhatHoldsAJobAndWhenItIsLikelyToStart() {
        try (TestPool test = TestPool.create(4)) {
            GpuPool pool = test.pool();
            test.worker(
                    SimWorkerSpec.of("kaggle", "ana@example.org", "Kaggle-1").build());
            test.advance(Duration.ofMinutes(2));
            pool.submit(hour());
            JobHandle next = pool.submit(hour());
            test.advance(Duration.ofMinutes(2));

            Explanation explanation = pool.explain(next.id());
            explanation.reasons().forEach(reason -> System.out.println(reason.code() + ": " + reason.change()));
            StartForecast forecast = pool.forecasts().start(next.id());
            if (forecast.p50() != null) {
                System.out.println(
                        "as likely as not by " + forecast.p50() + ", nine times of ten by " + forecast.p90());
            }

            assertThat(explanation.reasons()).extracting(Reason::code).contains(Reason.Code.BUSY);
            assertThat(forecast.p50())
                    .isBetween(test.clock().instant(), test.clock().instant().plus(Duration.ofHours(2)));

            JobHandle impossible = pool.submit(JobRequest.handler("train")
                    .requirements(Requirements.memory(80_000))
                    .build());
            assertThat(pool.explain(impossible.id()).reasons())
                    .extracting(Reason::code)
                    .contains(Reason.Code.DEVICES);
        }
    }

    private static JobRequest hour() {
        return JobRequest.handler("train")
                .payload(SimJob.ofMillis(3_000_000).toJson())
                .limit(Duration.ofHours(1))
                .build();
    }
}
