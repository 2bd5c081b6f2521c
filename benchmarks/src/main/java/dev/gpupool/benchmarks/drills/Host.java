package dev.gpupool.benchmarks.drills;

import dev.gpupool.FolderCheckpointStore;
import dev.gpupool.GpuPool;
import dev.gpupool.JobContext;
import dev.gpupool.JobQuery;
import dev.gpupool.JobState;
import dev.gpupool.PoolEvent;
import dev.gpupool.PoolSettings;
import dev.gpupool.WorkerSpec;
import dev.gpupool.spi.checkpoint.CheckpointRef;
import dev.gpupool.spi.storage.PoolStorage;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;

/**
 * A host that is killed: its workers, in its own process, do short jobs, and it submits the next ones all the time. It
 * tells on its output what it acknowledged and accepted, as {@link Witness} reads it, and ends well only once it has read
 * {@code drain} and every job has ended.
 */
final class Host {
    /** Told when everything has ended. */
    static final String DRAINED = "DRAINED";
    /** Read, it ends the submitting. */
    static final String DRAIN = "drain";

    private static final int WORKERS = 6;
    private static final byte[] CHECKPOINT = {1, 2, 3};
    private static final Duration INTERVAL = Duration.ofMillis(500);

    private Host() {}

    /**
     * Runs one life.
     *
     * @param args the place of the records, the folder of the checkpoints, the first number to submit
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        PoolStorage storage = new Place(args[0]).open();
        GpuPool pool = GpuPool.builder()
                .name("drill")
                .storage(storage)
                .checkpoints(FolderCheckpointStore.in(Path.of(args[1])))
                .settings(settings())
                .build();
        pool.addListener(event -> told(event, System.out));
        pool.start();
        for (int i = 0; i < WORKERS; i++) {
            WorkerSpec worker = WorkerSpec.named("w" + i)
                    .account(WorkerSpec.ONPREM, "a" + i)
                    .build();
            pool.workers().local(worker, Host::run);
        }
        Submitter submitter = new Submitter(pool, Long.parseLong(args[2]), System.out);
        submitter.start();
        if (readsDrain()) {
            submitter.finish();
            while (unfinished(pool)) {
                Thread.sleep(20);
            }
            pool.close();
            storage.close();
            System.out.println(DRAINED);
        }
        System.exit(0);
    }

    static PoolSettings settings() {
        return PoolSettings.custom()
                .heartbeatInterval(INTERVAL)
                .refreshInterval(INTERVAL)
                .backoff(Duration.ofMillis(50))
                .maxBackoff(INTERVAL)
                .storageRetry(Duration.ofMillis(100))
                .build();
    }

    /** False if the input ends, which it does when the drill itself is gone. */
    private static boolean readsDrain() throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        return DRAIN.equals(in.readLine());
    }

    static void told(PoolEvent event, PrintStream out) {
        switch (event.type()) {
            case JOB_SUCCEEDED -> out.println(Witness.SUCCEEDED + " " + event.jobId());
            case JOB_FAILED, JOB_QUARANTINED, JOB_CANCELLED, DECISION_FAILED, EVENTS_MISSED ->
                System.err.println(event);
            case JOB_REQUEUED, JOB_DELAYED, JOB_CHECKPOINTED, STORAGE_DOWN, STORAGE_UP, OUTCOME_APPLIED ->
                out.println(event.type());
            case OUTCOME_NOT_APPLIED, CONFLICT -> out.println(event.type());
            default -> {}
        }
    }

    private static boolean unfinished(GpuPool pool) {
        for (JobState state : JobState.values()) {
            boolean some = !state.isFinal()
                    && !pool.jobs(new JobQuery(null, state, null, 1)).jobs().isEmpty();
            if (some) {
                return true;
            }
        }
        return false;
    }

    /** Some milliseconds of work; every tenth job checkpoints, and some fail at first. */
    private static String run(JobContext job) throws IOException, InterruptedException {
        long number = Long.parseLong(Objects.requireNonNull(job.payload().json(), "the payload"));
        if (number % Submitter.CHECKPOINTS_EACH == 0) {
            CheckpointRef before = job.checkpoint();
            for (long step = before == null ? 1 : before.step() + 1; step <= 2; step++) {
                Thread.sleep(2);
                job.saveCheckpoint(step, new ByteArrayInputStream(CHECKPOINT));
            }
        }
        Thread.sleep(1 + number % 4);
        if (number % 50 == 7 && job.attempt() == 1) {
            throw new IOException("the first try of such a job fails");
        }
        return Long.toString(number);
    }
}
