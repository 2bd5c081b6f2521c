package dev.gpupool.internal.engine;

import dev.gpupool.spi.clock.Cancellable;
import dev.gpupool.spi.clock.PoolClock;
import java.time.Duration;
import java.time.Instant;

/** Stands still; what is scheduled never comes due. */
final class StillClock implements PoolClock {
    @Override
    public Instant instant() {
        return Instant.parse("2026-03-02T12:00:00Z");
    }

    @Override
    public long ticker() {
        return 5;
    }

    @Override
    public Cancellable schedule(Duration delay, Runnable task) {
        return () -> {};
    }
}
