package dev.gpupool.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongFunction;

/** Simulated weeks, one on each core at a time. */
public final class Weeks {
    /** How many are simulated at a time. */
    static final int CORES = Runtime.getRuntime().availableProcessors();

    private Weeks() {}

    /**
     * Simulates the weeks of the seeds 1, 2 and so on.
     *
     * @param count how many
     * @param week simulates that of a seed, on any thread
     * @return what came of each, by seed
     * @throws IllegalStateException if one fails
     */
    public static <T> List<T> play(int count, LongFunction<T> week) {
        ExecutorService threads = Executors.newFixedThreadPool(CORES);
        try {
            List<Future<T>> running = new ArrayList<>();
            for (long seed = 1; seed <= count; seed++) {
                long its = seed;
                running.add(threads.submit(() -> week.apply(its)));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> each : running) {
                results.add(each.get());
            }
            return results;
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException("a simulated week failed", e);
        } finally {
            threads.shutdownNow();
        }
    }
}
