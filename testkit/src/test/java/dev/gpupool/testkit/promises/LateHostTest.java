package dev.gpupool.testkit.promises;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.JobRequest;
import dev.gpupool.PoolEvent;
import dev.gpupool.quota.ProviderPolicy;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LateHostTest {
    /** A worker says with each beat what it runs; that we did not listen for a while is not its silence about a job. */
    @Test
    void shouldKeepALongJobOnItsWorkerOverAnOrderlyRestart() {
        try (Stage stage = new Stage(ProviderPolicy.colab())) {
            Actor worker = stage.actor("colab", "a", "w").online();
            stage.submit("k", JobRequest.handler("train").limit(Duration.ofHours(2)));
            assertThat(worker.running()).hasSize(1);
            stage.minutes(20);
            stage.restart(Duration.ofSeconds(1));
            stage.minutes(40);
            assertThat(stage.count(PoolEvent.Type.JOB_REQUEUED)).isZero();
            assertThat(stage.count(PoolEvent.Type.LEASE_REATTACHED)).isZero();
            assertThat(worker.report(worker.complete(worker.running().get(0))))
                    .hasValueSatisfying(answer -> assertThat(answer.accepted()).isTrue());
        }
    }
}
