package dev.gpupool.spring;

import dev.gpupool.GpuPoolBuilder;

/** Changes how the application's pool is built; for what has no property. A bean; in the order of Spring's. */
@FunctionalInterface
public interface GpuPoolBuilderCustomizer {
    /**
     * Changes the builder, in which everything is set that follows from properties and beans.
     *
     * @param builder the builder; what is set already can't be set again
     */
    void customize(GpuPoolBuilder builder);
}
