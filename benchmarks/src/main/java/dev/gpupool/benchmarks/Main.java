package dev.gpupool.benchmarks;

import java.util.Arrays;
import java.util.List;

/** The door: {@code list}, or the name of a benchmark and perhaps {@code --quick}. */
public final class Main {
    private static final List<Benchmark> ALL = List.of(
            new SelectionBenchmark(),
            new DecisionBenchmark(),
            new ApiBenchmark(),
            new MemoryJobsBenchmark(),
            new SimulationBenchmark(),
            new CrashEverywhereBenchmark());

    private Main() {}

    /**
     * Runs what is asked for.
     *
     * @param args a name, perhaps {@code --quick}
     */
    public static void main(String[] args) {
        List<String> words = Arrays.asList(args);
        if (words.equals(List.of("list"))) {
            ALL.forEach(benchmark -> System.out.println(benchmark.name()));
            return;
        }
        boolean quick = words.contains("--quick");
        List<Benchmark> chosen = ALL.stream()
                .filter(benchmark -> words.contains(benchmark.name()))
                .toList();
        if (chosen.size() != 1 || words.size() != (quick ? 2 : 1)) {
            System.err.println("usage: benchmarks/run list | NAME [--quick]; was given " + words);
            System.exit(2);
        }
        chosen.get(0).run(quick);
        System.exit(0);
    }
}
