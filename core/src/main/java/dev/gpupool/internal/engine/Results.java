package dev.gpupool.internal.engine;

import dev.gpupool.JobFailedException;
import dev.gpupool.JobState;
import dev.gpupool.PoolClosedException;
import dev.gpupool.internal.record.Doc;
import dev.gpupool.internal.record.Ending;
import dev.gpupool.internal.record.Job;
import dev.gpupool.spi.storage.RecordKind;
import dev.gpupool.spi.worker.Content;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The futures that wait for jobs to end, and the view's memory of ended ones. The caller holds the pool's lock. */
final class Results implements View.Index {
    private final Kernel kernel;
    private final EndedJobs ended;
    private final TreeMap<String, List<CompletableFuture<Content>>> waiting = new TreeMap<>();

    Results(Kernel kernel, EndedJobs ended) {
        this.kernel = kernel;
        this.ended = ended;
    }

    /** A future of its own for each call. */
    CompletableFuture<Content> of(String jobId) {
        CompletableFuture<Content> future = new CompletableFuture<>();
        kernel.post(decision -> {
            Job past = ended.find(jobId);
            if (past != null) {
                complete(past, List.of(future));
                return;
            }
            Entry<Job> entry = kernel.view().jobs().entry(jobId);
            if (!entry.loaded()) {
                decision.fetch(entry.key());
                return;
            }
            Job stored = entry.stored();
            if (stored != null && stored.state().isFinal()) {
                complete(stored, List.of(future));
                forget(entry);
            } else {
                waiting.computeIfAbsent(jobId, id -> new ArrayList<>(1)).add(future);
            }
        });
        return future;
    }

    @Override
    public void stored(Entry<? extends Doc> entry) {
        if (entry.key().kind() == RecordKind.JOB) {
            ended.stored(entry.key().id(), (Job) entry.stored());
        }
        if (entry.stored() instanceof Job job && job.state().isFinal()) {
            List<CompletableFuture<Content>> futures = waiting.remove(job.id());
            if (futures != null) {
                complete(job, futures);
            }
            forget(entry);
        }
    }

    /** An ended job is read again from storage when somebody asks, and it ended more than a while ago. */
    private void forget(Entry<? extends Doc> entry) {
        if (entry.settled()) {
            kernel.deadlines().after(0, () -> kernel.view().jobs().forget(entry));
        }
    }

    private void complete(Job job, List<CompletableFuture<Content>> futures) {
        for (CompletableFuture<Content> future : futures) {
            kernel.outside(() -> finish(job, future));
        }
    }

    private static void finish(Job job, CompletableFuture<Content> future) {
        if (job.state() == JobState.SUCCEEDED && job.result() != null) {
            future.complete(job.result());
            return;
        }
        @Nullable Ending end = job.ending();
        future.completeExceptionally(new JobFailedException(
                job.id(), job.state(), end == null ? "" : end.kind(), end == null ? "" : end.message()));
    }

    /** The jobs whose end is waited for here. */
    List<String> waiting() {
        return List.copyOf(waiting.keySet());
    }

    /** The pool is closing: nobody here will hear the end. */
    void close() {
        waiting.values()
                .forEach(futures -> futures.forEach(future ->
                        kernel.outside(() -> future.completeExceptionally(new PoolClosedException(kernel.pool())))));
        waiting.clear();
    }
}
