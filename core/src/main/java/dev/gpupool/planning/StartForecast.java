package dev.gpupool.planning;

import dev.gpupool.spi.internal.Require;
import dev.gpupool.status.Reason;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When a job that waits will start, as far as can be told from the pool as it is and from what it has seen before.
 *
 * @param jobId the job
 * @param p50 by when it starts as likely as not, or {@code null} if that is not within 14 days, or cannot be told
 * @param p90 by when it starts in nine of ten cases, or {@code null} likewise; never before {@code p50}
 * @param reason what holds it now
 */
public record StartForecast(
        String jobId, @Nullable Instant p50, @Nullable Instant p90, Reason reason) {
    /**
     * Checks the order of the instants.
     *
     * @throws IllegalArgumentException if the later one lies before the earlier one, or is there without it
     */
    public StartForecast {
        Require.notNull("forecast.jobId", jobId);
        Require.notNull("forecast.reason", reason);
        if (p90 != null && (p50 == null || p90.isBefore(p50))) {
            throw new IllegalArgumentException(
                    "forecast.p90 must not lie before forecast.p50 (" + p50 + "), but was " + p90);
        }
    }
}
