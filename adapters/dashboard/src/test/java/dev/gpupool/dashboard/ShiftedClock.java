package dev.gpupool.dashboard;

import dev.gpupool.SystemClock;
import dev.gpupool.spi.clock.Cancellable;
import dev.gpupool.spi.clock.PoolClock;
import java.time.Duration;
import java.time.Instant;

/** The system's clock, whose wall can be set to another time; what runs by the ticker does not notice. */
final class ShiftedClock implements PoolClock {
    private final SystemClock system = SystemClock.create("shifted");
    private volatile Duration shift = Duration.ZERO;

    void set(Instant wall) {
        shift = Duration.between(system.instant(), wall);
    }

    @Override
    public Instant instant() {
        return system.instant().plus(shift);
    }

    @Override
    public long ticker() {
        return system.ticker();
    }

    @Override
    public Cancellable schedule(Duration delay, Runnable task) {
        return system.schedule(delay, task);
    }

    void close() {
        system.close();
    }
}
