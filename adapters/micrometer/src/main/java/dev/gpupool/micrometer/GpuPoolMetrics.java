package dev.gpupool.micrometer;

import dev.gpupool.GpuPool;
import dev.gpupool.planning.LivePlan;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A pool's meters: everything that a dashboard shows. {@code docs/metrics.md} lists them, with units and tags; every one
 * bears the tag {@code pool}. Gauges read one snapshot a scrape. A gauge that has nothing to tell is NaN: no end of a
 * session, no plan. A pool that is closed goes on telling its last status: close its meters before it.
 *
 * <pre>{@code
 * GpuPool pool = GpuPool.builder().build().start();
 * GpuPoolMetrics.of(pool).bindTo(registry);
 * }</pre>
 *
 * <p>To be bound once for a pool and a registry, before or after the pool is started: events and times are counted from then
 * on, as this host sees them. Safe for use by many threads.
 */
public final class GpuPoolMetrics implements MeterBinder, AutoCloseable {
    private final GpuPool pool;
    private final MetricsOptions options;
    private final AtomicReference<@Nullable LivePlan> plan = new AtomicReference<>();
    private final List<Binding> bindings = new CopyOnWriteArrayList<>();

    private GpuPoolMetrics(GpuPool pool, MetricsOptions options) {
        this.pool = Objects.requireNonNull(pool, "metrics.pool");
        this.options = Objects.requireNonNull(options, "metrics.options");
    }

    /**
     * With the defaults.
     *
     * @param pool the pool
     * @return its meters, not bound
     */
    public static GpuPoolMetrics of(GpuPool pool) {
        return of(pool, MetricsOptions.ofDefaults());
    }

    /**
     * With options.
     *
     * @param pool the pool
     * @param options the options
     * @return its meters, not bound
     */
    public static GpuPoolMetrics of(GpuPool pool, MetricsOptions options) {
        return new GpuPoolMetrics(pool, options);
    }

    /**
     * Says which plan the host follows; its gauges are NaN while there is none. May be called at any time, also again.
     *
     * @param followed the plan, or {@code null} for none any more
     * @return this
     */
    public GpuPoolMetrics plan(@Nullable LivePlan followed) {
        plan.set(followed);
        return this;
    }

    /**
     * Registers the meters.
     *
     * @param registry where
     * @throws dev.gpupool.UnknownTenantException if the tenant of the options is unknown
     */
    @Override
    public void bindTo(MeterRegistry registry) {
        String name = pool.status(options.tenant()).pool();
        Binding binding = new Binding(pool, name, options, plan::get, registry);
        bindings.add(binding);
        binding.begin();
    }

    /** Takes the meters away again, from every registry. The pool is not touched. Does nothing the second time. */
    @Override
    public void close() {
        bindings.forEach(Binding::close);
        bindings.clear();
    }
}
