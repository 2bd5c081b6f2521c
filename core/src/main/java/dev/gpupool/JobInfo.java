package dev.gpupool;

import dev.gpupool.spi.checkpoint.CheckpointRef;
import dev.gpupool.spi.worker.Content;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a job at one moment.
 *
 * @param id derived from tenant and key
 * @param tenant the owner
 * @param key the submitter's key
 * @param handler the handler's name
 * @param state where it stands
 * @param priority higher goes first
 * @param submittedAt when it was submitted
 * @param attempt the number of the newest attempt; 0 before the first
 * @param worker the worker of the newest attempt, or {@code null} before the first
 * @param checkpoint the newest committed checkpoint, or {@code null}
 * @param progress the newest progress that this host heard, 0 to 1, or NaN
 * @param message what the job said last, or empty
 * @param result what came out, or {@code null}
 * @param ending how it ended, or its last failure, in words; empty if neither
 * @param history a line an attempt event, the newest 50
 */
public record JobInfo(
        String id,
        String tenant,
        String key,
        String handler,
        JobState state,
        int priority,
        Instant submittedAt,
        int attempt,
        @Nullable String worker,
        @Nullable CheckpointRef checkpoint,
        double progress,
        String message,
        @Nullable Content result,
        String ending,
        List<String> history) {}
