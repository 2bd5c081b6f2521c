package dev.gpupool.tck;

import dev.gpupool.spi.storage.Changeset;
import dev.gpupool.spi.storage.CommitResult;
import dev.gpupool.spi.storage.PoolStorage;
import dev.gpupool.spi.storage.StorageUnavailable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The same work on several threads that start together. */
final class Threads {
    /** How many the races use. */
    static final int MANY = 8;

    private Threads() {}

    /** What one thread does. */
    @FunctionalInterface
    interface Work {
        void run(int number) throws Exception;
    }

    /** Runs the work on threads 0, 1, 2, … and returns when all are through; throws what the first failed one threw. */
    static void run(int count, Work work) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(count);
        try {
            CyclicBarrier start = new CyclicBarrier(count);
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int number = i;
                running.add(executor.submit(() -> {
                    start.await();
                    work.run(number);
                    return null;
                }));
            }
            for (Future<?> thread : running) {
                thread.get();
            }
        } catch (ExecutionException e) {
            throw new AssertionError("a thread of the race failed: " + e.getCause(), e.getCause());
        } finally {
            executor.shutdownNow();
        }
    }

    /** Commits in a race, where a storage may have no time just now. */
    static boolean wins(PoolStorage storage, Changeset changeset) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("another thread of the race failed");
        }
        try {
            return storage.commit(changeset) == CommitResult.APPLIED;
        } catch (StorageUnavailable e) {
            return false;
        }
    }
}
