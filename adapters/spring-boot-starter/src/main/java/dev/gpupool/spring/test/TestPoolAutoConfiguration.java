package dev.gpupool.spring.test;

import dev.gpupool.GpuPool;
import dev.gpupool.PoolListener;
import dev.gpupool.spring.GpuPoolAutoConfiguration;
import dev.gpupool.spring.GpuPoolProperties;
import dev.gpupool.spring.GpuPoolServletAutoConfiguration;
import dev.gpupool.spring.GpuPoolStorageAutoConfiguration;
import dev.gpupool.spring.PoolAssembly;
import dev.gpupool.testkit.TestPool;
import dev.gpupool.testkit.VirtualClock;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/** The application's pool in virtual time. It runs already when the application starts it. */
@AutoConfiguration(
        before = {
            GpuPoolAutoConfiguration.class,
            GpuPoolStorageAutoConfiguration.class,
            GpuPoolServletAutoConfiguration.class
        })
@EnableConfigurationProperties(GpuPoolProperties.class)
public class TestPoolAutoConfiguration {
    /** Spring makes it. */
    TestPoolAutoConfiguration() {}

    @Bean(destroyMethod = "close")
    TestPool testPool(
            @Value("${gpupool.test.seed:1}") long seed, PoolAssembly assembly, ObjectProvider<PoolListener> listeners) {
        TestPool test = TestPool.create(seed, assembly::apply);
        listeners.orderedStream().forEach(test.pool()::addListener);
        return test;
    }

    @Bean(destroyMethod = "")
    GpuPool gpuPool(TestPool test) {
        return test.pool();
    }

    @Bean
    VirtualClock virtualClock(TestPool test) {
        return test.clock();
    }
}
