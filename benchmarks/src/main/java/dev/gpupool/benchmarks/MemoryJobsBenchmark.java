package dev.gpupool.benchmarks;

import dev.gpupool.JobHandle;
import dev.gpupool.JobRequest;
import dev.gpupool.WorkerSpec;
import dev.gpupool.spi.worker.Content;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Jobs from submit to result over the in-memory storage, and what a queued one takes of the heap. */
final class MemoryJobsBenchmark implements Benchmark {
    private static final int BATCH = 1_000;

    @Override
    public String name() {
        return "memory-jobs";
    }

    @Override
    public void run(Options options) {
        boolean quick = options.quick();
        try (Bench bench = new Bench()) {
            for (int i = 0; i < 14; i++) {
                bench.pool()
                        .workers()
                        .local(
                                WorkerSpec.named("w" + i)
                                        .account("bench", "a" + i)
                                        .build(),
                                job -> "1");
            }
            double[] nanos = new Measure(quick).nanos(List.of(count -> jobs(bench, count)));
            figure("per-second", 1e9 / nanos[0], "per second", "from submit to result; 14 local workers, one thread");
        }
        heap(quick ? 20_000 : 100_000);
    }

    private static long jobs(Bench bench, int count) {
        for (int done = 0; done < count; done += BATCH) {
            List<CompletableFuture<JobHandle>> batch = new ArrayList<>();
            for (int i = 0; i < Math.min(BATCH, count - done); i++) {
                batch.add(bench.pool().submitAsync(JobRequest.handler("train").build()));
            }
            bench.clock().runDue();
            List<CompletableFuture<Content>> results = new ArrayList<>();
            batch.forEach(job -> results.add(job.join().result()));
            bench.clock().runDue();
            for (CompletableFuture<Content> result : results) {
                if (!result.isDone()) {
                    throw new IllegalStateException("a job has not ended");
                }
            }
        }
        return count;
    }

    private void heap(int jobs) {
        try (Bench bench = new Bench()) {
            long before = used();
            for (int i = 0; i < jobs; i++) {
                bench.pool().submitAsync(JobRequest.handler("train").build());
                if (i % BATCH == BATCH - 1) {
                    bench.clock().runDue();
                }
            }
            bench.clock().runDue();
            double bytes = (double) (used() - before) / jobs;
            figure("heap-bytes-per-queued-job", bytes, "bytes", jobs + " jobs without a payload, after a collection");
        }
    }

    private static long used() {
        Runtime runtime = Runtime.getRuntime();
        long used = Long.MAX_VALUE;
        for (int i = 0; i < 4; i++) {
            System.gc();
            used = Math.min(used, runtime.totalMemory() - runtime.freeMemory());
        }
        return used;
    }
}
