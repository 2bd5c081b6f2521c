package dev.gpupool.benchmarks;

import dev.gpupool.benchmarks.dashboard.DashboardBenchmark;
import dev.gpupool.benchmarks.drills.Drills;
import dev.gpupool.benchmarks.durable.DurableBenchmark;
import dev.gpupool.benchmarks.durable.MillionBenchmark;
import dev.gpupool.benchmarks.forecast.ForecastBenchmark;
import dev.gpupool.benchmarks.goodput.GoodputBenchmark;
import dev.gpupool.benchmarks.http.HostRestartDrill;
import dev.gpupool.benchmarks.http.LongPollBenchmark;
import dev.gpupool.benchmarks.http.LostAnswersDrill;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The door: {@code list}, or the name of a benchmark and then perhaps {@code --quick} and options. */
public final class Main {
    private static final List<Benchmark> ALL = Stream.concat(
                    Stream.of(
                            new SelectionBenchmark(),
                            new DecisionBenchmark(),
                            new ApiBenchmark(),
                            new MemoryJobsBenchmark(),
                            new SimulationBenchmark(),
                            new GoodputBenchmark(),
                            new CrashEverywhereBenchmark(),
                            new PlanBenchmark(),
                            new ForecastBenchmark(),
                            new DurableBenchmark(),
                            new MillionBenchmark(),
                            new LongPollBenchmark(),
                            new DashboardBenchmark(),
                            new LostAnswersDrill(),
                            new HostRestartDrill()),
                    Drills.all().stream())
            .toList();

    private Main() {}

    /**
     * Runs what is asked for.
     *
     * @param args a name, perhaps {@code --quick}, and options of that benchmark
     */
    public static void main(String[] args) throws Exception {
        List<String> words = Arrays.asList(args);
        if (words.equals(List.of("list"))) {
            ALL.forEach(benchmark -> System.out.println(benchmark.name()));
            return;
        }
        Optional<Benchmark> chosen = ALL.stream()
                .filter(benchmark -> !words.isEmpty() && benchmark.name().equals(words.get(0)))
                .findFirst();
        if (chosen.isEmpty()) {
            throw usage("was given " + words);
        }
        Options options;
        try {
            options = Options.of(words.subList(1, words.size()), chosen.get().options());
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
        chosen.get().run(options);
        System.exit(0);
    }

    private static IllegalArgumentException usage(String problem) {
        System.err.println("usage: benchmarks/run list | NAME [--quick] [--OPTION VALUE]...; " + problem);
        System.exit(2);
        return new IllegalArgumentException(problem);
    }
}
