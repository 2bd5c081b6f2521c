package dev.gpupool.testkit.promises;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.JobRequest;
import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.spi.worker.ReportAnswer.Outcome;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ChargedOnceTest {
    @Test
    void shouldChargeALostWorkerOnceThatReportsAFailureAndThenTheResult() {
        try (Stage stage = new Stage(ProviderPolicy.colab())) {
            Actor worker = stage.actor("colab", "a", "w").online();
            stage.submit("k", JobRequest.handler("train").limit(Duration.ofHours(2)));
            Actor.Run run = worker.running().get(0);
            stage.minutes(10);
            worker.fallSilent();
            stage.minutes(10);
            assertThat(worker.report(worker.fail(run, true)))
                    .hasValueSatisfying(answer -> assertThat(answer.outcome()).isEqualTo(Outcome.STALE));
            assertThat(stage.pool().accounts().quota("colab", "a").used()).isEqualTo(Duration.ofMinutes(20));
            assertThat(worker.report(worker.complete(run)))
                    .hasValueSatisfying(answer -> assertThat(answer.outcome()).isEqualTo(Outcome.ACCEPTED));
            assertThat(stage.pool().accounts().quota("colab", "a").used()).isEqualTo(Duration.ofMinutes(20));
        }
    }
}
