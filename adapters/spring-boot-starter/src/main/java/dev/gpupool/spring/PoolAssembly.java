package dev.gpupool.spring;

import dev.gpupool.GpuPoolBuilder;
import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.selection.WorkerSelector;
import dev.gpupool.spi.checkpoint.CheckpointStore;
import dev.gpupool.spi.worker.WorkerTransport;
import org.springframework.beans.factory.ObjectProvider;

/** What the application's properties and beans make of a pool, apart from its name, storage, clock and threads. */
public final class PoolAssembly {
    private final GpuPoolProperties properties;
    private final ObjectProvider<WorkerTransport> transports;
    private final ObjectProvider<WorkerSelector> selector;
    private final ObjectProvider<CheckpointStore> checkpoints;
    private final ObjectProvider<ProviderPolicy> policies;
    private final ObjectProvider<GpuPoolBuilderCustomizer> customizers;

    PoolAssembly(
            GpuPoolProperties properties,
            ObjectProvider<WorkerTransport> transports,
            ObjectProvider<WorkerSelector> selector,
            ObjectProvider<CheckpointStore> checkpoints,
            ObjectProvider<ProviderPolicy> policies,
            ObjectProvider<GpuPoolBuilderCustomizer> customizers) {
        this.properties = properties;
        this.transports = transports;
        this.selector = selector;
        this.checkpoints = checkpoints;
        this.policies = policies;
        this.customizers = customizers;
    }

    /**
     * Sets it.
     *
     * @param builder where
     * @return the builder
     * @throws IllegalArgumentException if a property is out of range; the message names it
     */
    public GpuPoolBuilder apply(GpuPoolBuilder builder) {
        Translation.apply(properties, builder);
        transports.orderedStream().forEach(builder::transport);
        selector.ifAvailable(builder::selector);
        checkpoints.ifAvailable(builder::checkpoints);
        policies.orderedStream().forEach(builder::provider);
        customizers.orderedStream().forEach(customizer -> customizer.customize(builder));
        return builder;
    }
}
