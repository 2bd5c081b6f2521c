package dev.gpupool.dashboard;

import dev.gpupool.SystemClock;
import dev.gpupool.spi.clock.Cancellable;
import dev.gpupool.spi.clock.PoolClock;
import java.time.Duration;
import java.time.Instant;

/** The system's clock, which can be made to run faster. */
final class HurriedClock implements PoolClock {
    private final SystemClock system = SystemClock.create("hurried");
    private long from = system.ticker();
    private long passed;
    private int times = 1;

    synchronized void hurry(int faster) {
        passed = ticker();
        from = system.ticker();
        times = faster;
    }

    Duration passed() {
        return Duration.ofNanos(ticker());
    }

    @Override
    public Instant instant() {
        return system.instant();
    }

    @Override
    public synchronized long ticker() {
        return passed + (system.ticker() - from) * times;
    }

    @Override
    public synchronized Cancellable schedule(Duration delay, Runnable task) {
        return system.schedule(delay.dividedBy(times), task);
    }

    void close() {
        system.close();
    }
}
