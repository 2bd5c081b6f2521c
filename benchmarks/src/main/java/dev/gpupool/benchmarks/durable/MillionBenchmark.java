package dev.gpupool.benchmarks.durable;

import dev.gpupool.benchmarks.Benchmark;
import dev.gpupool.benchmarks.Options;
import dev.gpupool.benchmarks.process.JavaProcess;
import dev.gpupool.benchmarks.process.Postgres;
import dev.gpupool.benchmarks.process.Scratch;
import dev.gpupool.storage.jdbc.JdbcStorage;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * A host that starts over a million queued jobs with a small heap. All but one in a hundred are of a higher priority and
 * can be placed nowhere.
 */
public final class MillionBenchmark implements Benchmark {
    private static final int HEAP_MIB = 512;

    /** Makes one. */
    public MillionBenchmark() {}

    @Override
    public String name() {
        return "million";
    }

    @Override
    public Set<String> options() {
        return Set.of("storage", "heap-mib");
    }

    @Override
    public void run(Options options) throws Exception {
        int jobs = options.quick() ? 100_000 : 1_000_000;
        int heap = options.count("heap-mib", HEAP_MIB);
        if (options.choice("storage", "sqlite", "postgres").equals("postgres")) {
            try (Postgres postgres = Postgres.start()) {
                String url = postgres.database("million");
                new MillionFill(false, url).fill(JdbcStorage.postgres(url), jobs - jobs / 100, jobs / 100);
                start("postgres", url, jobs, heap);
            }
            return;
        }
        try (Scratch scratch = Scratch.create()) {
            Path file = scratch.folder().resolve("pool.db");
            new MillionFill(true, "jdbc:sqlite:" + file)
                    .fill(JdbcStorage.embedded(file), jobs - jobs / 100, jobs / 100);
            start("sqlite", file.toString(), jobs, heap);
        }
    }

    private void start(String storage, String where, int jobs, int heap) throws IOException, InterruptedException {
        List<String> java = List.of("-Xmx" + heap + "m", "-XX:+UseParallelGC", "-XX:+ExitOnOutOfMemoryError");
        Process host = JavaProcess.of(MillionRun.class, java, List.of(storage, where, Integer.toString(jobs / 100)))
                .start();
        String note = jobs + " queued jobs on " + storage + ", " + jobs / 100 + " of them placeable; a heap of " + heap
                + " MiB";
        try (BufferedReader lines = host.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] words = line.split(" ", -1);
                if (words.length == 2) {
                    figure(words[0], Double.parseDouble(words[1]), words[0].endsWith("mib") ? "MiB" : "s", note);
                }
            }
        }
        if (host.waitFor() != 0) {
            throw new IllegalStateException("the host over " + note + " ended with " + host.exitValue());
        }
    }
}
