package dev.gpupool.status;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why something does not happen.
 *
 * @param subject the job's id or the worker's name
 * @param reasons what stands in the way, one for each worker that is heard where it is about workers
 * @param earliest when it will happen if nothing else does, or {@code null} if time alone will not do it
 */
public record Explanation(
        String subject, List<Reason> reasons, @Nullable Instant earliest) {}
