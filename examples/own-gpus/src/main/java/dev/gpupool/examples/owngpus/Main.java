package dev.gpupool.examples.owngpus;

import dev.gpupool.FolderCheckpointStore;
import dev.gpupool.GpuPool;
import dev.gpupool.JobFailedException;
import dev.gpupool.JobHandle;
import dev.gpupool.JobInfo;
import dev.gpupool.JobRequest;
import dev.gpupool.PoolEvent;
import dev.gpupool.WorkerSpec;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * A host with two boxes of its own. One box is drained in the middle of a job, which goes on at the other from its
 * checkpoint; a second job is cancelled; then the first one's result comes.
 */
public final class Main {
    /** There are 1,270,607 primes below it. */
    static final int LIMIT = 20_000_000;

    private Main() {}

    /**
     * Runs the host.
     *
     * @param args none
     * @throws IOException if the folder of the checkpoints cannot be made
     */
    public static void main(String[] args) throws IOException {
        run(new PrintStream(System.out, true, StandardCharsets.UTF_8));
    }

    static void run(PrintStream out) throws IOException {
        Path folder = Files.createTempDirectory("gpupool-own-gpus-");
        try (GpuPool pool = GpuPool.builder()
                .name("own-gpus")
                .checkpoints(FolderCheckpointStore.in(folder))
                .build()
                .start()) {
            pool.workers().local(box("box-1"), new PrimeCount());
            JobHandle job = pool.submit(count("primes"));
            CompletableFuture<String> worker = firstCheckpoint(pool, job.id());
            JobInfo early = job.info();
            worker.thenAccept(name -> out.println("the job has a first checkpoint on " + name));
            worker.join();
            pool.workers().local(box("box-2"), new PrimeCount());
            pool.workers().drain("box-1");
            out.println("box-1 is drained, box-2 is there; the job was " + early.state());

            JobHandle unwanted = pool.submit(count("unwanted"));
            out.println("cancelled: " + pool.cancel(unwanted.id()) + ", " + outcome(unwanted));
            out.println("result: " + outcome(job));
            out.println(pool.status().text(ZoneOffset.UTC));
        } finally {
            delete(folder);
        }
    }

    private static WorkerSpec box(String name) {
        return WorkerSpec.named(name).device("RTX 4090", 24_564).build();
    }

    private static JobRequest count(String key) {
        return JobRequest.handler("count-primes")
                .key(key)
                .payload(Integer.toString(LIMIT))
                .limit(Duration.ofHours(1))
                .resumable()
                .build();
    }

    /** Completes with the worker on which the job has its next checkpoint. */
    private static CompletableFuture<String> firstCheckpoint(GpuPool pool, String jobId) {
        CompletableFuture<String> worker = new CompletableFuture<>();
        pool.addListener(event -> {
            if (event.type() == PoolEvent.Type.JOB_CHECKPOINTED && event.jobId().equals(jobId)) {
                worker.complete(event.worker());
            }
        });
        return worker;
    }

    private static String outcome(JobHandle job) {
        try {
            return String.valueOf(job.result().join().json());
        } catch (CompletionException e) {
            if (e.getCause() instanceof JobFailedException failed) {
                return String.valueOf(failed.getMessage());
            }
            throw e;
        }
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.deleteIfExists(file);
            }
        }
        Files.deleteIfExists(folder);
    }
}
