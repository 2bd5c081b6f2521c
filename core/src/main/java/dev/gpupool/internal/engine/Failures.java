package dev.gpupool.internal.engine;

import dev.gpupool.PoolEvent;
import dev.gpupool.internal.record.Ending;
import dev.gpupool.internal.record.Job;
import dev.gpupool.internal.record.Loss;
import dev.gpupool.spi.worker.LeaseReport.Failed;
import dev.gpupool.spi.worker.LeaseReport.FailureKind;
import java.util.List;
import java.util.TreeSet;

/** What becomes of a job whose attempt failed. */
final class Failures {
    /** So many in a row, without a newer checkpoint, on at least as many workers as may be lost. */
    private static final int ENVIRONMENT_FAILURES = 8;

    private final Kernel kernel;
    private final Needs needs;

    Failures(Kernel kernel, Needs needs) {
        this.kernel = kernel;
        this.needs = needs;
    }

    void decide(Decision decision, Entry<Job> entry, Failed report, long ran) {
        Job job = entry.get();
        long now = kernel.time().wall();
        Ending failure = new Ending(report.kind().name(), report.message(), now);
        if (report.kind() == FailureKind.ENVIRONMENT) {
            environment(decision, entry, job, failure, ran);
            return;
        }
        boolean hopeless = !report.retryable()
                || report.kind() == FailureKind.BAD_INPUT
                || report.kind() == FailureKind.TIME_LIMIT;
        String told = failure.kind() + ": " + failure.message();
        if (hopeless || job.retries() >= job.spec().maxRetries()) {
            decision.put(entry, job.failed(ran, failure));
            tell(decision, PoolEvent.Type.JOB_FAILED, job, told);
            return;
        }
        decision.put(entry, job.delayed(ran, now + backoff(job.retries()), needs.of(job), null, failure));
        tell(decision, PoolEvent.Type.JOB_DELAYED, job, told);
    }

    /**
     * By the worker's fault, so it costs the job no retry, however often. Only if the environment of several workers
     * fails it again and again is it rather the job that asks for what is not there; one bad machine sets no job aside.
     */
    private void environment(Decision decision, Entry<Job> entry, Job job, Ending failure, long ran) {
        Loss loss = new Loss(job.issued().worker(), failure.at(), job.step(), false, true);
        int before = job.environmentRow().size();
        Job delayed = job.delayed(ran, failure.at() + backoff(before), needs.of(job), loss, failure);
        List<String> row = delayed.environmentRow();
        TreeSet<String> workers = new TreeSet<>(row);
        if (row.size() < ENVIRONMENT_FAILURES || workers.size() < Endings.QUARANTINE_LOSSES) {
            decision.put(entry, delayed);
            tell(decision, PoolEvent.Type.JOB_DELAYED, job, failure.kind() + ": " + failure.message());
            return;
        }
        String message = "failed for the environment of " + workers + " again and again: " + failure.message();
        decision.put(entry, job.quarantined("FAILED", ran, loss, new Ending("QUARANTINED", message, failure.at())));
        tell(decision, PoolEvent.Type.JOB_QUARANTINED, job, message);
    }

    private void tell(Decision decision, PoolEvent.Type type, Job job, String message) {
        decision.act(() -> kernel.emit(type, job.id(), job.issued().worker(), "", message));
    }

    /** Doubling from the first backoff to the longest, within a fifth of it either way. */
    private long backoff(int failures) {
        long first = kernel.settings().backoff().toMillis();
        long longest = kernel.settings().maxBackoff().toMillis();
        long plain = Math.min(longest, first << Math.min(failures, 30));
        return plain * (800 + kernel.random().nextInt(401)) / 1_000;
    }
}
