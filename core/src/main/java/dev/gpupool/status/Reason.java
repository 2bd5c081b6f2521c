package dev.gpupool.status;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Why a job waits, or a worker gets no work. Where several reasons stand for one worker, and for its account, all of
 * them must go before it takes the job; where they stand for several workers, one worker's are enough.
 *
 * @param code what stands in the way
 * @param subject the worker or account that it is about, or empty
 * @param need what is needed, or empty
 * @param have what there is, or empty
 * @param earliest when time alone removes it and nothing else stands in the way there, or {@code null}
 * @param change what would remove it now; what it frees goes to the jobs in the order of the queue
 */
public record Reason(
        Code code,
        String subject,
        String need,
        String have,
        @Nullable Instant earliest,
        String change) {
    /** What can stand in the way. */
    public enum Code {
        /** The job is not pending. */
        NOT_PENDING,
        /** The job waits for its next try. */
        BACKOFF,
        /** The storage does not answer. */
        STORAGE_DOWN,
        /** No worker of the pool is heard. */
        NO_WORKER,
        /** The worker belongs to another tenant. */
        OTHER_TENANT,
        /** The worker has not that handler. */
        HANDLER,
        /** The worker is not of that provider. */
        PROVIDER,
        /** The worker has not such devices. */
        DEVICES,
        /** The worker does not carry these labels. */
        LABELS,
        /** The account waits for the operator's admission. */
        ACCOUNT_PENDING,
        /** The worker is silent. */
        SUSPECT,
        /** The worker takes no new work: it will end. */
        DRAINING,
        /** Another host hears the worker. */
        OTHER_HOST,
        /** All slots are taken. */
        BUSY,
        /** The worker has not asked for work. */
        NO_CLAIM,
        /** The session ends too soon. */
        SESSION_TIME,
        /** The account has too little safe quota left. */
        QUOTA,
        /** Other jobs come first and take what it could have. */
        JOBS_BEFORE,
        /** The host's selector failed. */
        SELECTOR_FAILED,
        /** The host's selector left the job queued. */
        SELECTOR_DECLINED,
        /** No job waits that fits. */
        NO_JOB,
        /** The worker has no live session. */
        OFFLINE
    }
}
