package dev.gpupool.testkit.cases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.InMemoryStorage;
import dev.gpupool.JobHandle;
import dev.gpupool.JobState;
import dev.gpupool.PoolEvent;
import dev.gpupool.spi.worker.LeaseToken;
import dev.gpupool.spi.worker.Verdict;
import dev.gpupool.testkit.WithoutAccountHints;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What one changeset wrote may reach another host in parts: of some records the hint is lost. */
class TornNewsTest {
    @Test
    void shouldReattachWhereTheEndOfTheLeaseIsKnownButNotYetTheAccountAfterIt() {
        World a = World.hinted(new WithoutAccountHints(InMemoryStorage.create()));
        World b = a.beside("other");
        a.minutes(2);
        a.advance(Duration.ofSeconds(30));
        Hand worker = a.hand("colab", "a", "w").online();
        JobHandle job = a.submit(World.request(Duration.ofHours(2)).resumable());
        LeaseToken lease = worker.job().lease();
        a.minutes(10);
        assertThat(b.quota("colab", "a").reserved()).isPositive();
        worker.fallSilent();
        while (a.count(PoolEvent.Type.WORKER_OFFLINE) == 0) {
            a.advance(Duration.ofSeconds(1));
        }
        assertThat(b.job(job).state()).isEqualTo(JobState.QUEUED);
        assertThat(a.quota("colab", "a").reserved()).isZero();
        assertThat(b.quota("colab", "a").reserved()).as("not seen yet").isPositive();
        worker.moveTo(b);
        assertThat(worker.beat().verdicts().get(0).verdict()).isEqualTo(Verdict.OK);
        assertThat(b.count(PoolEvent.Type.LEASE_REATTACHED)).isEqualTo(1);
        assertThat(b.count(PoolEvent.Type.DECISION_FAILED)).isZero();
        assertThat(b.quota("colab", "a").reserved()).isPositive();
        assertThat(worker.complete(lease, worker.age()).accepted()).isTrue();
        assertThat(b.quota("colab", "a").reserved()).isZero();
        assertThat(b.job(job).state()).isEqualTo(JobState.SUCCEEDED);
        b.close();
        a.close();
    }
}
