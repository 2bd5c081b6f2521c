package dev.gpupool.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.GpuPool;
import dev.gpupool.micrometer.GpuPoolMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

/** What metrics.md shows. */
class MetricsPageTest {
    @Test
    void shouldMeasureAPool() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();

        GpuPool pool = GpuPool.builder().build().start();
        GpuPoolMetrics.of(pool).bindTo(registry);

        assertThat(registry.get("gpupool.workers.total").gauge().value()).isZero();
        pool.close();
    }
}
