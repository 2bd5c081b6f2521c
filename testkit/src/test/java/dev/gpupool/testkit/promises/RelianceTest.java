package dev.gpupool.testkit.promises;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.JobRequest;
import dev.gpupool.PoolEvent;
import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.testkit.StorageFault;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RelianceTest {
    /**
     * A worker does not say that it runs what it was given, so its lease ends; at some moment before or after that it
     * reports a checkpoint, whose write is refused, and what was decided on top of it with it.
     */
    @Test
    void shouldEndALeaseWithItsReservationWhicheverWriteBeforeIsRefused() {
        long refused = 0;
        for (int second = 180; second < 300; second++) {
            try (Stage stage = new Stage(ProviderPolicy.colab())) {
                Actor worker = stage.actor("colab", "a", "w").online();
                stage.submit("k", JobRequest.handler("train").limit(Duration.ofHours(1)));
                Actor.Run run = worker.running().remove(0);
                stage.advance(Duration.ofSeconds(second));
                stage.storage().next(StorageFault.CONFLICT);
                worker.report(worker.checkpoint(run, 1));
                Invariants.everyJobIsInOneState(stage);
                stage.minutes(5);
                Invariants.everyJobIsInOneState(stage);
                refused += stage.count(PoolEvent.Type.CONFLICT);
                assertThat(stage.count(PoolEvent.Type.JOB_REQUEUED)).isEqualTo(1);
            }
        }
        assertThat(refused).isGreaterThanOrEqualTo(120);
    }
}
