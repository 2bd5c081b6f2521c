package dev.gpupool.spring;

import dev.gpupool.GpuPool;
import java.time.Duration;
import org.springframework.context.SmartLifecycle;

/** Starts the pool before the web server takes requests, and makes sure that it is closed at the end. */
final class PoolStart implements SmartLifecycle {
    /** Below the web server's phases, so before it at the start. */
    static final int PHASE = DEFAULT_PHASE - 4_096;

    private final GpuPool pool;
    private final LocalWorkers workers;
    private final boolean starts;
    private volatile boolean running;

    PoolStart(GpuPool pool, LocalWorkers workers, boolean starts) {
        this.pool = pool;
        this.workers = workers;
        this.starts = starts;
    }

    @Override
    public void start() {
        if (starts) {
            pool.start();
        }
        running = true;
        workers.start(pool);
    }

    @Override
    public void stop() {
        running = false;
        pool.close(Duration.ZERO);
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
