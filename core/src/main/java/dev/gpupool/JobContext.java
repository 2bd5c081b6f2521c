package dev.gpupool;

import dev.gpupool.spi.checkpoint.CheckpointRef;
import dev.gpupool.spi.worker.Content;
import dev.gpupool.spi.worker.Device;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One attempt of a job, as its handler sees it. For the handler's own thread. */
public interface JobContext {
    /**
     * The job.
     *
     * @return its id
     */
    String jobId();

    /**
     * Which try this is.
     *
     * @return 1 or more
     */
    int attempt();

    /**
     * The input.
     *
     * @return JSON text or a reference
     */
    Content payload();

    /**
     * The newest committed checkpoint.
     *
     * @return its reference, or {@code null} to begin at the start
     */
    @Nullable CheckpointRef checkpoint();

    /**
     * Opens the bytes of the newest committed checkpoint.
     *
     * @return the bytes, or {@code null} to begin at the start
     * @throws IOException if they are gone or are not those that were saved
     */
    @Nullable InputStream openCheckpoint() throws IOException;

    /**
     * Saves a checkpoint: the bytes are made safe in the pool's checkpoint store, then the reference is committed.
     *
     * @param step how far the job has come; grows within a job
     * @param bytes read to their end; not closed
     * @return the reference
     * @throws IOException if the bytes could not be made safe
     * @throws IllegalStateException if the lease is lost; the handler should end
     */
    CheckpointRef saveCheckpoint(long step, InputStream bytes) throws IOException;

    /**
     * Says how far the job has come. Cheap; not stored.
     *
     * @param fraction 0 to 1
     * @param message at most 1,000 characters
     */
    void progress(double fraction, String message);

    /**
     * Whether the handler should save a checkpoint and end.
     *
     * @return true once the session drains, the job was cancelled, its lease was lost or the pool closes
     */
    boolean shouldStop();

    /**
     * How long the attempt may still run.
     *
     * @return the time to its limit or the session's end, whichever is sooner; never negative
     */
    Duration remaining();

    /**
     * The accelerators to use.
     *
     * @return those of the worker
     */
    List<Device> devices();
}
