package dev.gpupool.http;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Threads for what may wait for a disk, or for the host, so that neither the pool's nor the server's do. They end when
 * idle.
 */
final class Disk implements Executor {
    private static final int THREADS = 4;

    private final ThreadPoolExecutor threads;

    /** @param name of each thread */
    Disk(String name) {
        threads = new ThreadPoolExecutor(
                THREADS, THREADS, 5, TimeUnit.SECONDS, new LinkedBlockingQueue<>(10_000), task -> {
                    Thread thread = new Thread(task, name);
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
    }

    @Override
    public void execute(Runnable task) {
        threads.execute(task);
    }

    /** What a task gives or throws; a {@link Problem} if too many wait, or it is closed. */
    <T> CompletableFuture<T> supply(Supplier<T> task) {
        try {
            return CompletableFuture.supplyAsync(task, this);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(Problem.busy("the host has too much to do; repeat later"));
        }
    }

    void close() {
        threads.shutdown();
    }
}
