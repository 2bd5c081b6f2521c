package dev.gpupool.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.GpuPool;
import dev.gpupool.PoolEvent;
import dev.gpupool.testkit.SimWorker;
import dev.gpupool.testkit.SimWorkerSpec;
import dev.gpupool.testkit.TestPool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Somebody is to be woken, but only for what a person must do. */
class HearWhatHappensTest {
    private static final Set<PoolEvent.Type> WAKE_ME = EnumSet.of(
            PoolEvent.Type.STORAGE_DOWN,
            PoolEvent.Type.BRAKE_ON,
            PoolEvent.Type.JOB_FAILED,
            PoolEvent.Type.JOB_QUARANTINED);

    private final List<String> pages = new ArrayList<>();

    @Test
    void shouldCallSomebodyForWhatAPersonMustDoAndOnlyForThat() {
        try (TestPool test = TestPool.create(10)) {
            GpuPool pool = test.pool();
            pool.addListener(event -> {
                if (WAKE_ME.contains(event.type())) {
                    page(event.type() + ": " + event.message());
                }
            });

            List<SimWorker> fleet = new ArrayList<>();
            for (int i = 1; i <= 5; i++) {
                fleet.add(test.worker(
                        SimWorkerSpec.of("colab", "c" + i, "Colab-" + i).build()));
            }
            test.advance(Duration.ofMinutes(5));
            assertThat(pages).isEmpty();

            fleet.forEach(SimWorker::crash); // all at once: rather the provider's or the network's fault than theirs
            test.advance(Duration.ofMinutes(10));
            assertThat(pages).singleElement().asString().startsWith("BRAKE_ON: ");
        }
    }

    private void page(String message) {
        pages.add(message);
    }
}
