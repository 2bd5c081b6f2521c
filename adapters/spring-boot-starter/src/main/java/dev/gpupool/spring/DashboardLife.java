package dev.gpupool.spring;

import dev.gpupool.GpuPool;
import dev.gpupool.dashboard.Dashboard;
import dev.gpupool.dashboard.DashboardOptions;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

/**
 * Opens the dashboard once the pool is started and before the web server takes requests. Whoever makes this bean depend on
 * {@link PoolStop} has it closed before the pool.
 */
final class DashboardLife implements SmartLifecycle {
    private final GpuPool pool;
    private final Supplier<DashboardOptions> options;
    private final DashboardMount mount;
    private volatile @Nullable Dashboard open;

    DashboardLife(GpuPool pool, Supplier<DashboardOptions> options, DashboardMount mount) {
        this.pool = pool;
        this.options = options;
        this.mount = mount;
    }

    @Override
    public void start() {
        if (!mount.isMounted()) {
            // Nobody can reach it, and its looks would take time, most of all in virtual time.
            return;
        }
        Dashboard dashboard = Dashboard.of(pool, options.get());
        open = dashboard;
        mount.show(dashboard);
    }

    @Override
    public void stop() {
        Dashboard dashboard = open;
        open = null;
        mount.show(null);
        if (dashboard != null) {
            dashboard.close();
        }
    }

    @Override
    public boolean isRunning() {
        return open != null;
    }

    @Override
    public int getPhase() {
        return PoolStart.PHASE + 1;
    }
}
