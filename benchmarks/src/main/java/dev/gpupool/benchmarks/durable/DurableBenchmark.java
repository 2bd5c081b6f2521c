package dev.gpupool.benchmarks.durable;

import dev.gpupool.benchmarks.Benchmark;
import dev.gpupool.benchmarks.Options;
import dev.gpupool.benchmarks.process.JavaProcess;
import dev.gpupool.benchmarks.process.Postgres;
import dev.gpupool.benchmarks.process.Scratch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Durable jobs beside db-scheduler and a loop written by hand, all on one PostgreSQL that syncs each commit. */
public final class DurableBenchmark implements Benchmark {
    static final String POOL = "pool";
    static final String SQLITE = "sqlite";
    static final String DB_SCHEDULER = "db-scheduler";
    static final String BATCH_LOOP = "batch-loop";

    private static final List<String> SIDES = List.of(POOL, DB_SCHEDULER, BATCH_LOOP, SQLITE);
    private static final List<String> JAVA = List.of("-Xmx1g", "-XX:+UseParallelGC");

    /** What one side showed in each round, by figure. */
    private final Map<String, Map<String, List<Double>>> seen = new TreeMap<>();

    /** Makes one. */
    public DurableBenchmark() {}

    @Override
    public String name() {
        return "durable";
    }

    @Override
    public void run(Options options) throws Exception {
        int rounds = options.quick() ? 1 : 3;
        int jobs = options.quick() ? 1_500 : 20_000;
        int paced = options.quick() ? 50 : 500;
        try (Scratch scratch = Scratch.create();
                Postgres postgres = Postgres.start()) {
            for (int round = 0; round < rounds; round++) {
                for (String side : SIDES) {
                    List<String> databases = new ArrayList<>();
                    for (int i = 0; i < 4; i++) {
                        databases.add(
                                side.equals(SQLITE)
                                        ? scratch.folder()
                                                .resolve("r" + round + '_' + i)
                                                .toString()
                                        : postgres.database("r" + round + '_' + side.replace('-', '_') + '_' + i));
                    }
                    race(side, jobs, paced, databases);
                    if (!side.equals(SQLITE)) {
                        tidy(postgres, databases);
                    }
                }
            }
        }
        print(jobs + " jobs that do nothing; 14 callers; " + rounds + " rounds, each side in a Java of its own");
    }

    private void race(String side, int jobs, int paced, List<String> databases)
            throws IOException, InterruptedException {
        List<String> args = new ArrayList<>(List.of(side, Integer.toString(jobs), Integer.toString(paced)));
        args.addAll(databases);
        Process process = JavaProcess.of(DurableRun.class, JAVA, args).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(side + " ended with " + process.exitValue());
        }
        output.lines()
                .map(line -> line.split(" ", -1))
                .forEach(words -> seen.computeIfAbsent(side, key -> new TreeMap<>())
                        .computeIfAbsent(words[0], key -> new ArrayList<>())
                        .add(Double.valueOf(words[1])));
    }

    /** So that what one side leaves behind is cleaned up before the next, not beside it. */
    private static void tidy(Postgres postgres, List<String> databases) throws SQLException {
        try (Connection connection = DriverManager.getConnection(postgres.url());
                Statement statement = connection.createStatement()) {
            for (String url : databases) {
                statement.execute(
                        "DROP DATABASE " + url.substring(url.lastIndexOf('/') + 1, url.indexOf('?')) + " WITH (FORCE)");
            }
            statement.execute("CHECKPOINT");
        }
    }

    private void print(String note) {
        for (String race : List.of(DurableRun.END_TO_END, DurableRun.END_TO_END_14, DurableRun.DRAIN)) {
            String hand = race.equals(DurableRun.END_TO_END)
                    ? "; 280 in hand, which are 20 workers of 14 slots on the pool's side"
                    : race.equals(DurableRun.END_TO_END_14) ? "; 14 in hand" : "";
            for (String other : List.of(DB_SCHEDULER, BATCH_LOOP)) {
                figure(race + ".vs-" + other, ratio(race, other), "x", note + hand + "; median of ratios");
            }
            for (String side : SIDES) {
                figure(of(side) + race + "-per-second", median(of(side, race)), "per second", note + hand);
            }
        }
        for (String side : SIDES) {
            for (String figure : List.of(DurableRun.P50, DurableRun.P99)) {
                figure(of(side) + figure, median(of(side, figure)), "ms", "from submit to result, at 50 jobs a second");
            }
        }
    }

    private static String of(String side) {
        return side.equals(POOL) ? "" : side + '-';
    }

    private List<Double> of(String side, String figure) {
        return seen.getOrDefault(side, Map.of()).getOrDefault(figure, List.of());
    }

    private double ratio(String figure, String other) {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < of(POOL, figure).size(); i++) {
            ratios.add(of(POOL, figure).get(i) / of(other, figure).get(i));
        }
        return median(ratios);
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
    }
}
