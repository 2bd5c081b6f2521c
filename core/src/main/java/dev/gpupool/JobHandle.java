package dev.gpupool;

import dev.gpupool.spi.worker.Content;
import java.util.concurrent.CompletableFuture;

/** A job that the pool has acknowledged. Safe for use by many threads. */
public interface JobHandle {
    /**
     * The job's id, derived from tenant and key.
     *
     * @return the id
     */
    String id();

    /**
     * The job's result, completed outside the pool's loop.
     *
     * @return a future that completes with the result; fails with {@link JobFailedException} if the job ends otherwise,
     *     and with {@link PoolClosedException} if the pool closes first; completing or cancelling it does nothing to the
     *     job
     */
    CompletableFuture<Content> result();

    /**
     * What is known of the job now.
     *
     * @return a snapshot
     */
    JobInfo info();
}
