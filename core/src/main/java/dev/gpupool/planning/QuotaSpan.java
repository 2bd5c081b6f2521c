package dev.gpupool.planning;

import dev.gpupool.spi.internal.Require;
import java.time.Duration;
import java.time.Instant;

/**
 * What an account may still use in a stretch of a plan: the part of one of its quota windows that the plan sees.
 *
 * @param from the start
 * @param to the end, exclusive
 * @param safe how many hours of sessions are left in it, after the margin and what was used
 */
public record QuotaSpan(Instant from, Instant to, Duration safe) {
    /**
     * Checks the order of the instants.
     *
     * @throws IllegalArgumentException if it does not end after it begins, or the safe time is negative
     */
    public QuotaSpan {
        Require.notNull("quotaSpan.from", from);
        Require.notNull("quotaSpan.to", to);
        Require.notNegative("quotaSpan.safe", safe);
        if (!from.isBefore(to)) {
            throw new IllegalArgumentException(
                    "quotaSpan.to must be after quotaSpan.from (" + from + "), but was " + to);
        }
    }
}
