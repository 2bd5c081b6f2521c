package dev.gpupool.spring;

import dev.gpupool.GpuPool;
import dev.gpupool.micrometer.GpuPoolMetrics;
import dev.gpupool.micrometer.MetricsOptions;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** The pool's meters, in whatever registries the application has. */
@AutoConfiguration(
        after = GpuPoolAutoConfiguration.class,
        afterName = "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration")
@ConditionalOnClass({GpuPoolMetrics.class, MeterRegistry.class})
@ConditionalOnBean({GpuPool.class, MeterRegistry.class})
@ConditionalOnBooleanProperty(name = "gpupool.metrics.enabled", matchIfMissing = true)
public class GpuPoolMetricsAutoConfiguration {
    /** Spring makes it. */
    GpuPoolMetricsAutoConfiguration() {}

    /** Bound by Spring Boot, as every binder that is a bean. */
    @Bean
    @ConditionalOnMissingBean
    GpuPoolMetrics gpuPoolMetrics(GpuPool pool, GpuPoolProperties properties) {
        GpuPoolProperties.Metrics metrics = properties.metrics();
        return GpuPoolMetrics.of(
                pool,
                MetricsOptions.ofDefaults()
                        .tenant(metrics.tenant())
                        .tagLimit(metrics.tagLimit())
                        .snapshotEvery(metrics.snapshotEvery())
                        .forecastEvery(metrics.forecastEvery().isZero() ? null : metrics.forecastEvery()));
    }
}
