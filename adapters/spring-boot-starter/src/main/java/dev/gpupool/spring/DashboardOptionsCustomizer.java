package dev.gpupool.spring;

import dev.gpupool.dashboard.DashboardOptions;

/** Changes how the application's dashboard is served; for what has no property, such as a plan. A bean; in the order of Spring's. */
@FunctionalInterface
public interface DashboardOptionsCustomizer {
    /**
     * Changes the options, in which everything is set that follows from properties and beans.
     *
     * @param options the options
     * @return the options that hold
     */
    DashboardOptions customize(DashboardOptions options);
}
