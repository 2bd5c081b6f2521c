package dev.gpupool;

import dev.gpupool.spi.clock.Cancellable;
import dev.gpupool.spi.clock.PoolClock;
import dev.gpupool.spi.internal.Require;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The time of this machine: its wall clock, its monotonic counter, and one daemon thread on which scheduled tasks run
 * in the order of their due times. The only class of the pool that asks the system for the time or waits for it. A
 * task that throws is logged and does not stop the clock. Safe for use by many threads.
 */
public final class SystemClock implements PoolClock, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SystemClock.class);

    private final String name;
    private final ScheduledThreadPoolExecutor scheduler;
    private volatile @Nullable Thread thread;

    private SystemClock(String name) {
        this.name = name;
        scheduler = new ScheduledThreadPoolExecutor(1, this::newThread);
        scheduler.setRemoveOnCancelPolicy(true);
        scheduler.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /**
     * A running clock.
     *
     * @param name begins the clock's log lines and names its thread, {@code [A-Za-z0-9._@+-]{1,100}}
     * @return the clock; it holds a thread until it is closed
     * @throws IllegalArgumentException if the name does not match
     */
    public static SystemClock create(String name) {
        return new SystemClock(Require.name("clock.name", name));
    }

    private Thread newThread(Runnable work) {
        Thread created = new Thread(work, name + "-clock");
        created.setDaemon(true);
        thread = created;
        return created;
    }

    @Override
    public Instant instant() {
        return Instant.now();
    }

    @Override
    public long ticker() {
        return System.nanoTime();
    }

    @Override
    public Cancellable schedule(Duration delay, Runnable task) {
        Require.notNegative("delay", delay);
        Require.notNull("task", task);
        try {
            ScheduledFuture<?> scheduled = scheduler.schedule(() -> run(task), delay.toNanos(), TimeUnit.NANOSECONDS);
            return () -> scheduled.cancel(false);
        } catch (RejectedExecutionException e) {
            throw new IllegalStateException(name + ": the clock was closed", e);
        }
    }

    private void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            LOG.error("{}: a scheduled task failed", name, e);
        }
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalStateException on the clock's own thread, which must not block
     */
    @Override
    public <T> T await(CompletableFuture<T> future, Duration timeout) throws TimeoutException, InterruptedException {
        Require.notNegative("timeout", timeout);
        if (Thread.currentThread() == thread) {
            throw new IllegalStateException(name + ": a scheduled task must not wait on its clock");
        }
        try {
            return future.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw new CompletionException(e.getCause());
        } catch (TimeoutException e) {
            TimeoutException late = new TimeoutException("not done within " + timeout);
            late.initCause(e);
            throw late;
        }
    }

    /** Stops the clock: tasks that are not due yet are dropped. Does nothing the second time. */
    @Override
    public void close() {
        scheduler.shutdown();
    }
}
