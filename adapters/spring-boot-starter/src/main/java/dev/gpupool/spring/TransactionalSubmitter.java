package dev.gpupool.spring;

import dev.gpupool.GpuPool;
import dev.gpupool.JobHandle;
import dev.gpupool.JobRequest;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Submits jobs for callers in a transaction: not before it is committed, and not at all if it is rolled back. A bean. Safe
 * for use by many threads.
 *
 * <p>The transaction and the job are not one: if the process dies between the commit and the submit, a moment later, the
 * job is lost and the transaction is not. Whoever cannot bear that gives the job a key that follows from the row, and
 * submits again at the start for rows without a result: a job that was submitted is not submitted twice.
 */
public final class TransactionalSubmitter {
    private final GpuPool pool;

    /**
     * For a pool of the application's own.
     *
     * @param pool the pool
     */
    public TransactionalSubmitter(GpuPool pool) {
        this.pool = Objects.requireNonNull(pool, "submitter.pool");
    }

    /**
     * Submits a job once the caller's transaction is committed; at once where there is none. Does not wait: the thread
     * still holds its connection when a transaction has just been committed, and the pool may need one.
     *
     * @param request the wish; a key makes it safe to repeat
     * @return completes once the job is durable; is cancelled if the transaction is not committed; else fails as
     *     {@link GpuPool#submit} throws. Not to be waited for within the transaction
     */
    public CompletableFuture<JobHandle> submitAfterCommit(JobRequest request) {
        Objects.requireNonNull(request, "submitter.request");
        if (!TransactionSynchronizationManager.isSynchronizationActive()
                || !TransactionSynchronizationManager.isActualTransactionActive()) {
            return pool.submitAsync(request);
        }
        CompletableFuture<JobHandle> result = new CompletableFuture<>();
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCompletion(int status) {
                if (status == STATUS_COMMITTED) {
                    pool.submitAsync(request).whenComplete((handle, failure) -> {
                        if (failure == null) {
                            result.complete(handle);
                        } else {
                            result.completeExceptionally(failure);
                        }
                    });
                } else {
                    result.cancel(false);
                }
            }
        });
        return result;
    }
}
