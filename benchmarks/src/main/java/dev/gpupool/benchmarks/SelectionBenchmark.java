package dev.gpupool.benchmarks;

import dev.gpupool.JobRequest;
import dev.gpupool.Requirements;
import dev.gpupool.quota.QuotaManager;
import dev.gpupool.quota.SelectOptions;
import dev.gpupool.quota.Selection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What it costs to pick the next worker, through the pool's own call, at several sizes of the fleet and against the
 * seed's algorithm.
 */
final class SelectionBenchmark implements Benchmark {
    private static final int LARGE = 100_000;
    private static final int EACH = 500;
    private static final List<SelectOptions> KINDS = IntStream.range(0, 10)
            .mapToObj(i -> SelectOptions.expecting(Duration.ofHours(1))
                    .with(new Requirements(null, null, 0, 0, Map.of("kind", "k" + i))))
            .toList();

    @Override
    public String name() {
        return "selection";
    }

    @Override
    public void run(Options options) {
        boolean quick = options.quick();
        Measure measure = new Measure(quick);
        try (Bench small = Bench.alike(14);
                Bench middle = Bench.alike(1_000);
                Bench large = Bench.alike(LARGE)) {
            both(small, 50_000);
            double[] nanos = measure.nanos(List.of(
                    count -> select(small, count),
                    count -> select(middle, count),
                    count -> select(large, count),
                    new SeedSelector(14)::times,
                    new SeedSelector(1_000)::times));
            figure(
                    "growth",
                    nanos[2] / nanos[0],
                    "ratio",
                    ns(nanos[2]) + " at 100,000 workers, " + ns(nanos[0])
                            + " at 14, through quotas().selectNextWorker");
            figure("vs-seed-14", nanos[3] / nanos[0], "ratio", "the seed's algorithm " + ns(nanos[3]));
            figure("vs-seed-1000", nanos[4] / nanos[1], "ratio", ns(nanos[1]) + ", the seed's " + ns(nanos[4]));
            figure(
                    "bytes-per-op",
                    Measure.bytes(count -> select(large, count), LARGE),
                    "bytes",
                    "the whole call, with the Selection that it returns");
        }
        mixed(measure);
    }

    private void mixed(Measure measure) {
        try (Bench small = Bench.mixed(14);
                Bench large = Bench.mixed(LARGE)) {
            List<Bench> benches = List.of(small, large);
            double[] nanos = measure.means(
                    List.of(count -> reserve(small, count), count -> reserve(large, count)),
                    i -> benches.get(i).reset());
            figure(
                    "growth-mixed",
                    nanos[1] / nanos[0],
                    "ratio",
                    ns(nanos[1]) + " at 100,000 workers, " + ns(nanos[0])
                            + " at 14: select with 1 h expected and release, each durable in memory; every 500th records"
                            + " usage; the week's reset of all accounts is inside");
        }
    }

    private static String ns(double nanos) {
        return Math.round(nanos) + " ns";
    }

    /**
     * Both forms of the call in turn, so that a compiler finds what they share hotter than either and compiles it first,
     * apart: its order is chance otherwise, and with it whether the Optional around a selection is really made.
     */
    private static void both(Bench bench, int count) {
        QuotaManager quotas = bench.pool().quotas();
        for (int i = 0; i < count; i++) {
            Measure.kept = quotas.selectNextWorker(JobRequest.DEFAULT_TENANT).orElseThrow();
            Measure.kept = quotas.selectNextWorker(JobRequest.DEFAULT_TENANT, SelectOptions.DEFAULT)
                    .orElseThrow();
        }
    }

    private static long select(Bench bench, int count) {
        QuotaManager quotas = bench.pool().quotas();
        for (int i = 0; i < count; i++) {
            Measure.kept = quotas.selectNextWorker(JobRequest.DEFAULT_TENANT).orElseThrow();
        }
        return count;
    }

    private static long reserve(Bench bench, int count) {
        QuotaManager quotas = bench.pool().quotas();
        long sum = 0;
        for (int i = 0; i < count; i++) {
            Optional<Selection> chosen =
                    quotas.selectNextWorker(JobRequest.DEFAULT_TENANT, KINDS.get(i % KINDS.size()));
            if (chosen.isPresent()) {
                sum++;
                bench.clock().runDue();
                quotas.release(chosen.get());
                if (i % EACH == 0) {
                    quotas.recordUsage(chosen.get().worker(), Duration.ofMinutes(1));
                }
            }
        }
        return sum;
    }
}
