package dev.gpupool.examples.selection;

import dev.gpupool.GpuPool;
import dev.gpupool.WorkerSpec;
import dev.gpupool.spi.clock.PoolClock;
import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * One of the host's own machines: it beats, works on what the host sends it, and may die. Its work is to wait; what a
 * host would put here is its own way to a notebook or a box.
 */
final class Machine {
    private final WorkerSpec spec;
    private final GpuPool pool;
    private final PoolClock clock;
    private final Executor thread;
    private final Duration interval;
    private boolean alive;

    Machine(WorkerSpec spec, GpuPool pool, PoolClock clock, Executor thread, Duration interval) {
        this.spec = spec;
        this.pool = pool;
        this.clock = clock;
        this.thread = thread;
        this.interval = interval;
    }

    String name() {
        return spec.name();
    }

    void start() {
        pool.workers().register(spec);
        alive = true;
        later(interval, this::beat);
    }

    private void beat() {
        pool.heartbeats().beat(name());
        later(interval, this::beat);
    }

    /** Does a task, and says so unless it dies before. */
    void work(Duration takes, Runnable done) {
        later(takes, done);
    }

    void die() {
        alive = false;
    }

    private void later(Duration delay, Runnable task) {
        clock.schedule(
                delay,
                () -> thread.execute(() -> {
                    if (alive) {
                        task.run();
                    }
                }));
    }
}
