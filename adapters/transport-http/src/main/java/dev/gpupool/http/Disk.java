package dev.gpupool.http;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Threads for what may wait for a disk, so that neither the pool's nor the server's do. They end when idle. */
final class Disk implements Executor {
    private static final int THREADS = 4;

    private final ThreadPoolExecutor threads =
            new ThreadPoolExecutor(THREADS, THREADS, 5, TimeUnit.SECONDS, new LinkedBlockingQueue<>(10_000), task -> {
                Thread thread = new Thread(task, "gpupool-http-disk");
                thread.setDaemon(true);
                return thread;
            });

    Disk() {
        threads.allowCoreThreadTimeOut(true);
    }

    @Override
    public void execute(Runnable task) {
        threads.execute(task);
    }

    void close() {
        threads.shutdown();
    }
}
