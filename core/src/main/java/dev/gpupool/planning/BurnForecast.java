package dev.gpupool.planning;

import dev.gpupool.spi.internal.Require;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How the present window of an account will go.
 *
 * @param provider the policy's name
 * @param account the account's name
 * @param ratePerHour how much quota it used an hour over the last 24 hours, as observed, in hours; 0 or more
 * @param marginAt when its safe quota will be used up, but for less than any job is placed for (10 minutes and the drain
 *     lead, unless set); a time that has passed already if it is; {@code null} if not within the window
 * @param unusedAtReset what will be left of the safe quota when the window ends, on the average; of a window without
 *     end, what is left in 14 days
 * @param windowEnd when the window ends, or {@code null} if never
 * @param pace what was used so far over what an even use of the safe quota would have used by now: at 1 it lasts just
 *     until the window ends; 0 of a window without end
 */
public record BurnForecast(
        String provider,
        String account,
        double ratePerHour,
        @Nullable Instant marginAt,
        Duration unusedAtReset,
        @Nullable Instant windowEnd,
        double pace) {
    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a name is not of the form {@code [A-Za-z0-9._@+-]{1,100}}, or an amount or a
     *     rate is negative
     */
    public BurnForecast {
        Require.name("forecast.provider", provider);
        Require.name("forecast.account", account);
        Require.notNegative("forecast.unusedAtReset", unusedAtReset);
        requireNotNegative("forecast.ratePerHour", ratePerHour);
        requireNotNegative("forecast.pace", pace);
    }

    private static void requireNotNegative(String field, double value) {
        if (!(value >= 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(field + " must be a number of at least 0, but was " + value);
        }
    }
}
