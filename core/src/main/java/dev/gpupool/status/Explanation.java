package dev.gpupool.status;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why something does not happen.
 *
 * @param subject the job's id or the worker's name
 * @param reasons what stands in the way, at least one for each live worker where it is about workers
 * @param earliest when it will happen if nothing does but time, jobs that come first being placed in their turn, or
 *     {@code null} if time alone will not do it. A selector of the host's own is taken to choose as the stock one does;
 *     workers are taken to beat as before and to go on with what they run
 */
public record Explanation(
        String subject, List<Reason> reasons, @Nullable Instant earliest) {}
