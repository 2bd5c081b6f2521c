package dev.gpupool.spring;

import dev.gpupool.GpuPool;
import dev.gpupool.spi.storage.PoolStorage;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/** The pool in the application's health. */
@AutoConfiguration(after = GpuPoolAutoConfiguration.class)
@ConditionalOnClass({HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
@ConditionalOnBean(GpuPool.class)
@ConditionalOnEnabledHealthIndicator("gpupool")
public class GpuPoolHealthAutoConfiguration {
    /** Spring makes it. */
    GpuPoolHealthAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean(name = "gpupoolHealthIndicator")
    HealthIndicator gpupoolHealthIndicator(GpuPool pool, ObjectProvider<PoolStorage> storage) {
        return new PoolHealthIndicator(pool, storage.getIfUnique());
    }
}
