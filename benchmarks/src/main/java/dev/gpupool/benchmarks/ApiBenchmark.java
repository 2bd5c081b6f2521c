package dev.gpupool.benchmarks;

import dev.gpupool.JobRequest;
import dev.gpupool.quota.QuotaManager;
import java.time.Duration;
import java.util.List;

/** The seed's two calls, one after the other, as a host that dispatches by itself makes them. */
final class ApiBenchmark implements Benchmark {
    private static final int EACH = 1_000;

    @Override
    public String name() {
        return "api";
    }

    @Override
    public void run(Options options) {
        boolean quick = options.quick();
        try (Bench bench = Bench.alike(14)) {
            double[] nanos = new Measure(quick).nanos(List.of(count -> selectAndRecord(bench, count)));
            figure(
                    "select-record-per-second",
                    1e9 / nanos[0],
                    "per second",
                    "selectNextWorker, then recordUsage committed in memory; 14 workers, one thread");
        }
    }

    private static long selectAndRecord(Bench bench, int count) {
        QuotaManager quotas = bench.pool().quotas();
        for (int i = 0; i < count; i++) {
            String worker = quotas.selectNextWorker(JobRequest.DEFAULT_TENANT)
                    .orElseThrow()
                    .worker();
            quotas.recordUsage(worker, Duration.ofMillis(1));
            if (i % EACH == 0) {
                bench.clock().advance(Duration.ofMillis(1)); // so much use takes time
            } else {
                bench.clock().runDue();
            }
        }
        return count;
    }
}
