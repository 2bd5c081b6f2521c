package dev.gpupool.micrometer;

import dev.gpupool.GpuPool;
import dev.gpupool.PoolEvent;
import dev.gpupool.PoolListener;
import dev.gpupool.planning.LivePlan;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The meters of one pool in one registry. */
final class Binding implements PoolListener {
    private final GpuPool pool;
    private final Registered registered;
    private final Snapshots snapshots;
    private final PoolMeters pooled;
    private final EventCounts counts;
    private final JobTimes times;
    /** A pool has no way to take a listener away. */
    private volatile boolean closed;

    Binding(
            GpuPool pool,
            String name,
            MetricsOptions options,
            Supplier<@Nullable LivePlan> plan,
            MeterRegistry registry) {
        this.pool = pool;
        this.registered = new Registered(registry, name);
        RowSet<WorkerMeters.Row> workers = new RowSet<>(registered, WorkerMeters.ALL, options.tagLimit());
        RowSet<AccountMeters.Row> accounts = new RowSet<>(registered, AccountMeters.ALL, options.tagLimit());
        this.snapshots = new Snapshots(pool, options, plan, registry.config().clock(), workers, accounts);
        this.pooled = new PoolMeters(registered, snapshots);
        this.counts = new EventCounts(registered);
        this.times = new JobTimes(registered, options.tagLimit());
    }

    void begin() {
        pooled.register();
        snapshots.current();
        pool.addListener(this);
    }

    @Override
    public void onEvent(PoolEvent event) {
        if (!closed) {
            counts.count(event);
            times.take(event);
        }
    }

    void close() {
        closed = true;
        snapshots.close();
        registered.removeAll();
    }
}
