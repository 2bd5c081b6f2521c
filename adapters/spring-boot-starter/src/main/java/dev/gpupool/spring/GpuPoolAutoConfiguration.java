package dev.gpupool.spring;

import dev.gpupool.GpuPool;
import dev.gpupool.GpuPoolBuilder;
import dev.gpupool.JobHandler;
import dev.gpupool.PoolListener;
import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.selection.WorkerSelector;
import dev.gpupool.spi.checkpoint.CheckpointStore;
import dev.gpupool.spi.clock.PoolClock;
import dev.gpupool.spi.storage.PoolStorage;
import dev.gpupool.spi.worker.WorkerTransport;
import java.util.Map;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** The application's pool, from properties and beans. */
@AutoConfiguration(after = {GpuPoolStorageAutoConfiguration.class, GpuPoolServletAutoConfiguration.class})
@ConditionalOnBooleanProperty(name = "gpupool.enabled", matchIfMissing = true)
@EnableConfigurationProperties(GpuPoolProperties.class)
public class GpuPoolAutoConfiguration {
    /** Spring makes it. */
    GpuPoolAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    PoolAssembly gpuPoolAssembly(
            GpuPoolProperties properties,
            ObjectProvider<WorkerTransport> transports,
            ObjectProvider<WorkerSelector> selector,
            ObjectProvider<CheckpointStore> checkpoints,
            ObjectProvider<ProviderPolicy> policies,
            ObjectProvider<GpuPoolBuilderCustomizer> customizers) {
        return new PoolAssembly(properties, transports, selector, checkpoints, policies, customizers);
    }

    /** Closed by {@link PoolStop}. */
    @Bean(destroyMethod = "")
    @ConditionalOnMissingBean
    GpuPool gpuPool(
            GpuPoolProperties properties,
            PoolAssembly assembly,
            ObjectProvider<PoolStorage> storage,
            ObjectProvider<PoolClock> clock,
            ObjectProvider<PoolListener> listeners) {
        GpuPoolBuilder builder = GpuPool.builder().name(properties.name());
        storage.ifAvailable(builder::storage);
        clock.ifAvailable(builder::clock);
        GpuPool pool = assembly.apply(builder).build();
        listeners.orderedStream().forEach(pool::addListener);
        return pool;
    }

    @Bean
    @ConditionalOnMissingBean
    PoolStart gpuPoolStart(
            GpuPool pool, GpuPoolProperties properties, Map<String, JobHandler> handlers, Environment environment) {
        // A pool in virtual time runs from the beginning.
        boolean starts = !environment.containsProperty("gpupool.test.seed");
        return new PoolStart(pool, new LocalWorkers(properties.workers(), handlers), starts);
    }

    @Bean
    @ConditionalOnMissingBean
    PoolStop gpuPoolStop(GpuPool pool, GpuPoolProperties properties) {
        return new PoolStop(pool, properties.shutdownGrace());
    }

    /** Where the application has transactions. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(TransactionSynchronizationManager.class)
    static class Transactions {
        @Bean
        @ConditionalOnMissingBean
        TransactionalSubmitter gpuPoolTransactionalSubmitter(GpuPool pool) {
            return new TransactionalSubmitter(pool);
        }
    }
}
