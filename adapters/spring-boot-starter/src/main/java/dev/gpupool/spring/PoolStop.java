package dev.gpupool.spring;

import dev.gpupool.GpuPool;
import java.time.Duration;
import org.springframework.context.SmartLifecycle;

/**
 * Closes the pool before the web server begins to wait for its requests to end: claims of workers are requests that wait
 * for work, and would hold it up.
 */
final class PoolStop implements SmartLifecycle {
    private final GpuPool pool;
    private final Duration grace;
    private volatile boolean running;

    PoolStop(GpuPool pool, Duration grace) {
        this.pool = pool;
        this.grace = grace;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        pool.close(grace);
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return DEFAULT_PHASE;
    }
}
