package dev.gpupool.internal.engine;

import dev.gpupool.PoolEvent;

/**
 * Notices that this process stood still, and that the wall clock jumped: at the start of every turn, before anything is
 * judged. The caller holds the pool's lock.
 */
final class Pulse {
    private final Kernel kernel;
    private final Liveness liveness;
    private final long interval;
    private long expected;
    private long offset;

    Pulse(Kernel kernel, Liveness liveness) {
        this.kernel = kernel;
        this.liveness = liveness;
        interval = Math.max(1, kernel.heartbeatMillis() / 2);
    }

    void start() {
        expected = kernel.time().tick() + interval;
        offset = kernel.time().wall() - kernel.time().tick();
        kernel.deadlines().at(expected, this::beat);
    }

    private void beat() {
        expected = kernel.time().tick() + interval;
        kernel.deadlines().at(expected, this::beat);
    }

    void check() {
        long tick = kernel.time().tick();
        long late = tick - expected;
        if (late > Math.max(1, interval / 3)) {
            expected = tick + interval;
            liveness.excuse(late);
            kernel.emit(PoolEvent.Type.POOL_PAUSED, "", "", "", "stood still for " + late + " ms");
        }
        long drift = kernel.time().wall() - tick - offset;
        if (Math.abs(drift) > kernel.settings().wallJump().toMillis()) {
            kernel.emit(PoolEvent.Type.CLOCK_JUMPED, "", "", "", "the wall clock jumped by " + drift + " ms");
        }
        offset += drift;
    }
}
