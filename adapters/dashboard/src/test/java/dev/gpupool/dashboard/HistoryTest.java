package dev.gpupool.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.GpuPool;
import dev.gpupool.WorkerSpec;
import dev.gpupool.status.PoolStatus;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class HistoryTest {
    private final History history = new History();

    @Test
    void shouldEndTheSessionOfARemovedWorkerWhenItWasLastSeen() {
        PoolStatus seen = withOneWorker();

        history.look(seen);
        assertThat(bar().path(2).booleanValue()).as("open").isTrue();
        history.look(aMinuteLaterWithout(seen));

        assertThat(bar().path(2).booleanValue()).as("open").isFalse();
        assertThat(bar().path(1).longValue()).isEqualTo(seen.at().toEpochMilli());
    }

    private JsonNode bar() {
        JsonNode bars = history.json().path("a");
        assertThat(bars).hasSize(1);
        return bars.path(0);
    }

    private static PoolStatus withOneWorker() {
        try (GpuPool pool = GpuPool.builder().build().start()) {
            pool.workers()
                    .register(WorkerSpec.named("a").account("colab", "ana").build());
            return pool.status();
        }
    }

    private static PoolStatus aMinuteLaterWithout(PoolStatus seen) {
        return new PoolStatus(
                seen.pool(),
                seen.at().plusSeconds(60),
                List.of(),
                seen.accounts(),
                seen.health(),
                seen.queued(),
                seen.moreQueued(),
                seen.delayed(),
                seen.running(),
                seen.capacityPerDay(),
                seen.storageDown(),
                seen.terms());
    }
}
