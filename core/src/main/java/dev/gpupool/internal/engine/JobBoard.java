package dev.gpupool.internal.engine;

import dev.gpupool.JobInfo;
import dev.gpupool.JobQuery;
import dev.gpupool.JobRequest;
import dev.gpupool.JobState;
import dev.gpupool.UnknownJobException;
import dev.gpupool.internal.record.DocBody;
import dev.gpupool.internal.record.Ending;
import dev.gpupool.internal.record.Job;
import dev.gpupool.internal.record.JobSpec;
import dev.gpupool.spi.storage.Cursor;
import dev.gpupool.spi.storage.Page;
import dev.gpupool.spi.storage.Query;
import dev.gpupool.spi.storage.RecordKind;
import dev.gpupool.spi.storage.StoredRecord;
import dev.gpupool.status.Explanation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What is known of jobs, for the host to read. */
final class JobBoard {
    private static final char BETWEEN = '\t';

    private final Kernel kernel;
    private final Fleet fleet;
    private final Waits waits;
    private final Explainer explainer;
    private final EndedJobs ended;

    JobBoard(Kernel kernel, Fleet fleet, Waits waits, Explainer explainer, EndedJobs ended) {
        this.kernel = kernel;
        this.fleet = fleet;
        this.waits = waits;
        this.explainer = explainer;
        this.ended = ended;
    }

    /**
     * A job as storage is known to hold it. What the view holds, or has seen end lately, is answered at once, also while
     * the storage is down.
     */
    CompletableFuture<Optional<JobInfo>> info(String jobId) {
        return find(jobId, this::info);
    }

    /** What was asked for, as it was taken in. */
    CompletableFuture<JobRequest> request(String jobId) {
        return find(jobId, JobBoard::request)
                .thenApply(found -> found.orElseThrow(() -> new UnknownJobException(jobId)));
    }

    private static JobRequest request(Job job) {
        JobSpec spec = job.spec();
        return new JobRequest(
                spec.handler(),
                spec.payload(),
                job.jobKey(),
                job.tenant(),
                spec.requirements(),
                spec.priority(),
                Duration.ofMillis(spec.limitMillis()),
                spec.resumable(),
                Duration.ofMillis(spec.checkpointMillis()),
                spec.maxRetries());
    }

    private <T> CompletableFuture<Optional<T>> find(String jobId, Function<Job, T> form) {
        Optional<T> known = kernel.look(() -> Optional.ofNullable(known(jobId)).map(form));
        return known.isPresent() ? CompletableFuture.completedFuture(known) : read(jobId, form);
    }

    private @Nullable Job known(String jobId) {
        if (kernel.closed()) {
            return null;
        }
        Entry<Job> entry = kernel.view().jobs().find(jobId);
        Job stored = entry == null ? null : entry.stored();
        return stored == null ? ended.find(jobId) : stored;
    }

    private <T> CompletableFuture<Optional<T>> read(String jobId, Function<Job, T> form) {
        CompletableFuture<Optional<T>> done = new CompletableFuture<>();
        kernel.submit(waits.command(done, decision -> {
            Entry<Job> entry = kernel.view().jobs().entry(jobId);
            if (!entry.loaded()) {
                decision.fetch(entry.key());
                return;
            }
            Runnable answer = () -> {
                Optional<T> found = Optional.ofNullable(entry.stored()).map(form);
                kernel.outside(() -> done.complete(found));
            };
            if (entry.settled()) {
                answer.run();
            } else {
                decision.act(answer);
            }
        }));
        return done;
    }

    /** Why a job waits; from the view if it is there, so that there is an answer while the storage is down. */
    CompletableFuture<Explanation> explain(String jobId) {
        return kernel.now(() ->
                        Optional.ofNullable(kernel.view().jobs().doc(jobId)).map(explainer::job))
                .map(CompletableFuture::completedFuture)
                .orElseGet(() -> explainStored(jobId));
    }

    private CompletableFuture<Explanation> explainStored(String jobId) {
        CompletableFuture<Explanation> done = new CompletableFuture<>();
        kernel.submit(waits.command(done, decision -> {
            Entry<Job> entry = kernel.view().jobs().entry(jobId);
            if (!entry.loaded()) {
                decision.fetch(entry.key());
                return;
            }
            Job job = entry.current();
            if (job == null) {
                throw new UnknownJobException(jobId);
            }
            Explanation explanation = explainer.job(job);
            decision.act(() -> kernel.outside(() -> done.complete(explanation)));
        }));
        return done;
    }

    private JobInfo info(Job job) {
        LiveSession live =
                job.lease() == null ? null : fleet.holder(job.issued().leaseId());
        Slot slot = live == null ? null : live.slot(job.issued().leaseId());
        Ending ending = job.ending();
        return new JobInfo(
                job.id(),
                job.tenant(),
                job.jobKey(),
                job.spec().handler(),
                job.state(),
                job.spec().priority(),
                Instant.ofEpochMilli(job.spec().submittedAt()),
                job.attempt(),
                job.lease() == null ? null : job.issued().worker(),
                job.checkpoint() == null ? null : job.checkpoint().reference(),
                slot == null ? Double.NaN : slot.progress,
                slot == null ? "" : slot.message,
                job.result(),
                ending == null
                        ? ""
                        : ending.message().isEmpty() ? ending.kind() : ending.kind() + ": " + ending.message(),
                job.history());
    }

    CompletableFuture<JobQuery.Page> list(JobQuery query) {
        CompletableFuture<JobQuery.Page> done = new CompletableFuture<>();
        Query question =
                new Query(RecordKind.JOB, query.tenant(), prefix(query.state()), cursor(query.after()), query.limit());
        kernel.committer()
                .read(
                        () -> kernel.storage().scan(question),
                        page -> kernel.post(decision -> {
                            JobQuery.Page jobs = page(page);
                            kernel.outside(() -> done.complete(jobs));
                        }));
        return done;
    }

    private JobQuery.Page page(Page page) {
        List<JobInfo> jobs = new ArrayList<>();
        for (StoredRecord record : page.records()) {
            jobs.add(info((Job) DocBody.of(record).doc()));
        }
        Cursor next = page.next();
        return new JobQuery.Page(
                jobs, next == null ? null : next.state() + BETWEEN + next.sortKey() + BETWEEN + next.id());
    }

    private static String prefix(@Nullable JobState state) {
        if (state == null) {
            return "";
        }
        return switch (state) {
            case QUEUED -> "Q";
            case DELAYED -> "D";
            case RUNNING -> "R";
            default -> "Z" + state;
        };
    }

    private static @Nullable Cursor cursor(@Nullable String after) {
        if (after == null) {
            return null;
        }
        String[] parts = after.split("\t", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException("query.after must be the next of a page, but was \"" + after + '"');
        }
        return new Cursor(parts[0], parts[1], parts[2]);
    }
}
