package dev.gpupool.examples.aion;

import dev.gpupool.spi.clock.PoolClock;
import dev.gpupool.spi.worker.WorkerGateway;
import dev.gpupool.spi.worker.WorkerTransport;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What everything in the example happens in: the time, the one thread that it happens on, and the way to the pool.
 * An hour of the example is an hour of virtual time, or some seconds of real time.
 */
final class World implements WorkerTransport {
    private final PoolClock clock;
    private final Executor executor;
    private final Duration hour;
    private final Instant origin;
    private volatile @Nullable WorkerGateway gateway;

    /**
     * Sets it up.
     *
     * @param origin when the run began, which may have been in an earlier life of this process
     */
    World(PoolClock clock, Executor executor, Duration hour, Instant origin) {
        this.origin = origin;
        this.clock = clock;
        this.executor = executor;
        this.hour = hour;
    }

    PoolClock clock() {
        return clock;
    }

    Executor executor() {
        return executor;
    }

    /** A length of the example's time, as the clock counts it. */
    Duration hours(double hours) {
        return Duration.ofNanos(Math.round(hour.toNanos() * hours));
    }

    Duration minutes(double minutes) {
        return hours(minutes / 60);
    }

    /** The other way round: what a length of the clock's time is in the example's hours. */
    double inHours(long nanos) {
        return (double) nanos / hour.toNanos();
    }

    /** Does something on the example's thread and waits for it. */
    <T> T call(Supplier<T> task) throws InterruptedException, TimeoutException {
        return clock.await(CompletableFuture.supplyAsync(task, executor), hours(24));
    }

    /** The example's hours since the run began. */
    double elapsed() {
        return inHours(Duration.between(origin, clock.instant()).toNanos());
    }

    /** Does something at an hour of the run, or now if that is over. */
    void at(double hour, Runnable task) {
        later(hours(Math.max(0, hour - elapsed())), task);
    }

    void later(Duration delay, Runnable task) {
        clock.schedule(delay, () -> executor.execute(task));
    }

    @Override
    public void start(WorkerGateway pool) {
        gateway = pool;
    }

    @Override
    public void close() {
        gateway = null;
    }

    /** The way to the pool, or {@code null} while there is none. */
    @Nullable WorkerGateway gateway() {
        return gateway;
    }
}
