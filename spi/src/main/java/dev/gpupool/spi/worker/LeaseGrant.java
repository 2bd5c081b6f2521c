package dev.gpupool.spi.worker;

import dev.gpupool.spi.checkpoint.CheckpointRef;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The right, and all that is needed, to run one attempt of a job.
 *
 * @param lease the fencing token that every report about this attempt carries
 * @param handler the name of the handler to run
 * @param payload its input
 * @param checkpoint the newest committed checkpoint, or {@code null} to begin at the start
 * @param resumable whether the job can go on from a checkpoint
 * @param limit how long the attempt may run; the worker enforces it too
 * @param sessionRemaining how long until the session must have ended, or {@code null} for no end
 */
public record LeaseGrant(
        LeaseToken lease,
        String handler,
        Content payload,
        @Nullable CheckpointRef checkpoint,
        boolean resumable,
        Duration limit,
        @Nullable Duration sessionRemaining) {}
