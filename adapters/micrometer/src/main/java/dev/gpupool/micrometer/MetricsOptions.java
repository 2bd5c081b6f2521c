package dev.gpupool.micrometer;

import dev.gpupool.JobRequest;
import dev.gpupool.spi.internal.Require;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How a pool is measured. Immutable; each change gives a copy. */
public final class MetricsOptions {
    private static final MetricsOptions DEFAULTS =
            new MetricsOptions(JobRequest.DEFAULT_TENANT, 1_000, Duration.ofSeconds(1), Duration.ofMinutes(1));

    private final String tenant;
    private final int tagLimit;
    private final Duration snapshotEvery;
    private final @Nullable Duration forecastEvery;

    private MetricsOptions(String tenant, int tagLimit, Duration snapshotEvery, @Nullable Duration forecastEvery) {
        this.tenant = tenant;
        this.tagLimit = tagLimit;
        this.snapshotEvery = snapshotEvery;
        this.forecastEvery = forecastEvery;
    }

    /**
     * What works unless it must be otherwise.
     *
     * @return the defaults
     */
    public static MetricsOptions ofDefaults() {
        return DEFAULTS;
    }

    /**
     * Sets whose view the gauges show: this tenant's own workers and the pool's. Events and times are the whole pool's.
     *
     * @param tenant its name; {@code default} unless set
     * @return a copy
     */
    public MetricsOptions tenant(String tenant) {
        return new MetricsOptions(
                Objects.requireNonNull(tenant, "metrics.tenant"), tagLimit, snapshotEvery, forecastEvery);
    }

    /**
     * Sets how many workers, how many accounts and how many providers have meters of their own. Those beyond are told
     * together, under the tag value {@code other}; who has its own keeps it until it goes.
     *
     * @param limit 0 to 1,000,000; 1,000 unless set
     * @return a copy
     * @throws IllegalArgumentException if the limit is out of range
     */
    public MetricsOptions tagLimit(int limit) {
        Require.between("metrics.tagLimit", limit, 0, 1_000_000);
        return new MetricsOptions(tenant, limit, snapshotEvery, forecastEvery);
    }

    /**
     * Sets how long one snapshot of the pool serves all gauges, by the registry's clock. A scrape takes one if it is
     * quicker than this, and two scrapes that are closer together share one.
     *
     * @param age 1 ms to 100 years; 1 s unless set
     * @return a copy
     * @throws IllegalArgumentException if it is out of range
     */
    public MetricsOptions snapshotEvery(Duration age) {
        return new MetricsOptions(tenant, tagLimit, Require.positive("metrics.snapshotEvery", age), forecastEvery);
    }

    /**
     * Sets how long one forecast of the accounts' use serves. Forecasts are computed on the thread that scrapes.
     *
     * @param age 1 ms to 100 years, 1 min unless set; {@code null} for no forecasts, the gauges are then NaN
     * @return a copy
     * @throws IllegalArgumentException if it is out of range
     */
    public MetricsOptions forecastEvery(@Nullable Duration age) {
        return new MetricsOptions(
                tenant, tagLimit, snapshotEvery, age == null ? null : Require.positive("metrics.forecastEvery", age));
    }

    String tenant() {
        return tenant;
    }

    int tagLimit() {
        return tagLimit;
    }

    Duration snapshotEvery() {
        return snapshotEvery;
    }

    @Nullable Duration forecastEvery() {
        return forecastEvery;
    }
}
