package dev.gpupool.benchmarks;

import dev.gpupool.quota.QuotaManager;
import java.time.Duration;
import java.util.List;

/** Decisions that the loop takes and commits, in memory: a usage recorded for one worker after another. */
final class DecisionBenchmark implements Benchmark {
    private static final int LARGE = 100_000;
    private static final int BATCH = 500;

    @Override
    public String name() {
        return "decision";
    }

    @Override
    public void run(boolean quick) {
        try (Bench small = Bench.alike(14);
                Bench large = Bench.alike(LARGE)) {
            double[] nanos = new Measure(quick)
                    .nanos(List.of(count -> record(small, 14, count), count -> record(large, LARGE, count)));
            figure("per-second-14", 1e9 / nanos[0], "per second", "usages decided and committed in memory, one thread");
            figure(
                    "growth",
                    nanos[1] / nanos[0],
                    "ratio",
                    Math.round(nanos[1]) + " ns at 100,000 workers, " + Math.round(nanos[0]) + " ns at 14");
        }
    }

    private static long record(Bench bench, int workers, int count) {
        QuotaManager quotas = bench.pool().quotas();
        for (int i = 0; i < count; i++) {
            quotas.recordUsage("w" + i % workers, Duration.ofMillis(1));
            if (i % BATCH == BATCH - 1) {
                bench.clock().runDue();
            }
        }
        bench.clock().runDue();
        return count;
    }
}
