package dev.gpupool.benchmarks.drills;

import dev.gpupool.GpuPool;
import dev.gpupool.JobHandle;
import dev.gpupool.JobRequest;
import java.io.PrintStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Submits numbered jobs, each under its number as the key, so that a given number of them is always unfinished. */
final class Submitter {
    /** Each job whose number is divisible by this can resume. */
    static final int CHECKPOINTS_EACH = 10;

    private static final int UNFINISHED = 60;
    private static final Executor LATER = CompletableFuture.delayedExecutor(100, TimeUnit.MILLISECONDS);

    private final GpuPool pool;
    private final PrintStream out;
    private final Semaphore window = new Semaphore(UNFINISHED);
    private final ConcurrentLinkedQueue<Long> again = new ConcurrentLinkedQueue<>();
    private final Thread thread = new Thread(this::submitAll, "submitter");
    private long next;
    private volatile boolean finishing;

    Submitter(GpuPool pool, long first, PrintStream out) {
        this.pool = pool;
        this.out = out;
        next = first;
    }

    void start() {
        thread.start();
    }

    /** Returns when what was submitted is acknowledged, and has ended. */
    void finish() throws InterruptedException {
        finishing = true;
        thread.join();
        window.acquire(UNFINISHED);
    }

    private void submitAll() {
        while (!finishing || !again.isEmpty()) {
            window.acquireUninterruptibly();
            Long refused = again.poll();
            if (refused == null && finishing) {
                window.release();
            } else {
                submit(refused == null ? next++ : refused);
            }
        }
    }

    private void submit(long number) {
        JobRequest.Builder request =
                JobRequest.handler("work").key("job-" + number).payload(Long.toString(number));
        pool.submitAsync((number % CHECKPOINTS_EACH == 0 ? request.resumable() : request).build())
                .whenComplete((job, failure) -> answered(number, job));
    }

    private void answered(long number, @Nullable JobHandle job) {
        if (job == null) {
            // The storage is away for long, or too much waits for it; the key makes it safe to ask again.
            again.add(number);
            LATER.execute(window::release);
            return;
        }
        out.println(Witness.ACKNOWLEDGED + " " + job.id() + " " + number);
        job.result().whenComplete((result, failure) -> window.release());
    }
}
