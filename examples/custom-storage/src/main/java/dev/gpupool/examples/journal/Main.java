package dev.gpupool.examples.journal;

import dev.gpupool.GpuPool;
import dev.gpupool.JobHandle;
import dev.gpupool.JobRequest;
import dev.gpupool.WorkerSpec;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Shows that jobs outlive the host: one life submits them and ends without a word, the next finds and finishes them.
 *
 * <p>{@code submit FILE} submits {@value #JOBS} jobs and halts the process as a crash would; {@code finish FILE} opens
 * the same journal and works them off. The {@code run} script does both.
 */
public final class Main {
    static final int JOBS = 20;

    private Main() {}

    /**
     * Lives one life.
     *
     * @param args {@code submit} or {@code finish}, and the journal
     * @throws IOException if the journal cannot be opened
     */
    public static void main(String[] args) throws IOException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        if (args.length != 2 || !List.of("submit", "finish").contains(args[0])) {
            System.err.println("arguments must be: submit|finish FILE, but were " + String.join(" ", args));
            System.exit(2);
        }
        Path file = Path.of(args[1]);
        if (args[0].equals("submit")) {
            submit(file, JournalStorage.open(file), out);
            // No orderly end: nothing is closed, no hook runs.
            Runtime.getRuntime().halt(0);
        }
        System.exit(finish(file, out) == JOBS ? 0 : 1);
    }

    /** Submits, and closes nothing. */
    static GpuPool submit(Path file, JournalStorage storage, PrintStream out) throws IOException {
        GpuPool pool = GpuPool.builder().name("first").storage(storage).build().start();
        for (int i = 0; i < JOBS; i++) {
            pool.submit(request(i));
        }
        out.println(JOBS + " jobs are acknowledged, none is done, the journal has " + Files.size(file)
                + " bytes; the host halts");
        return pool;
    }

    /** Repeats the submits, which by their keys name the same jobs, and does them; answers how many were done. */
    static long finish(Path file, PrintStream out) throws IOException {
        try (JournalStorage storage = JournalStorage.open(file);
                GpuPool pool = GpuPool.builder()
                        .name("second")
                        .storage(storage)
                        .build()
                        .start()) {
            long queued = pool.status().queued();
            out.println("the next host finds " + queued + " jobs in the journal");
            pool.workers().local(WorkerSpec.named("box-1").slots(4).build(), job -> "\"" + job.jobId() + "\"");
            List<JobHandle> jobs = new ArrayList<>();
            for (int i = 0; i < JOBS; i++) {
                jobs.add(pool.submit(request(i)));
            }
            long done = jobs.stream()
                    .filter(job -> job.result().join().json() != null)
                    .count();
            out.println(
                    done + " jobs are done, none was submitted twice, the journal has " + Files.size(file) + " bytes");
            return queued == JOBS ? done : 0;
        }
    }

    private static JobRequest request(int number) {
        return JobRequest.handler("train")
                .key("job-" + number)
                .payload("{\"number\":" + number + "}")
                .build();
    }
}
