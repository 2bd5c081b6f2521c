package dev.gpupool.internal.ledger;

import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.quota.QuotaWindow;
import dev.gpupool.spi.internal.Require;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneOffset;

/**
 * The limits in force for one account.
 *
 * @param allowance how much it has in a window, in milliseconds; from 0 to 100 years
 * @param marginPpm the part of it that is used, in millionths
 * @param window the stretch of time that it is for
 */
public record QuotaLimits(long allowance, int marginPpm, QuotaWindow window) {
    /** The day of the week of 1970-01-01. */
    private static final DayOfWeek EPOCH_DAY = DayOfWeek.THURSDAY;

    public QuotaLimits {
        Require.between("limits.allowance", allowance, 0, Millis.CENTURY);
        Require.between("limits.marginPpm", marginPpm, 1, 1_000_000);
        Require.notNull("limits.window", window);
    }

    /**
     * The limits of a policy.
     *
     * @param policy the policy
     * @return its limits, without an account's overrides
     */
    public static QuotaLimits of(ProviderPolicy policy) {
        return new QuotaLimits(policy.allowance().toMillis(), policy.marginPpm(), policy.window());
    }

    /**
     * The part of the allowance that is used: floor(allowance x margin).
     *
     * @return the safe allowance in milliseconds
     */
    public long safe() {
        return ProviderPolicy.safeMillis(allowance, marginPpm);
    }

    /**
     * When the window that holds an instant began.
     *
     * @param at the instant in epoch milliseconds
     * @return the start in epoch milliseconds, or {@link Long#MIN_VALUE} if it has none
     */
    public long windowStart(long at) {
        if (window instanceof QuotaWindow.Weekly weekly && weekly.zone() instanceof ZoneOffset offset) {
            return weekStart(weekly, offset, at);
        }
        Instant start = window.start(Instant.ofEpochMilli(at));
        return start.equals(Instant.MIN) ? Long.MIN_VALUE : start.toEpochMilli();
    }

    /**
     * When the window that holds an instant ends.
     *
     * @param at the instant in epoch milliseconds
     * @return the end in epoch milliseconds, or {@link Long#MAX_VALUE} if it has none
     */
    public long windowEnd(long at) {
        if (window instanceof QuotaWindow.Weekly weekly && weekly.zone() instanceof ZoneOffset offset) {
            return weekStart(weekly, offset, at) + Millis.WEEK;
        }
        Instant end = window.end(Instant.ofEpochMilli(at));
        return end.equals(Instant.MAX) ? Long.MAX_VALUE : end.toEpochMilli();
    }

    /** Where no clock is ever changed a week is plain arithmetic, which every decision does a few times. */
    private static long weekStart(QuotaWindow.Weekly weekly, ZoneOffset offset, long at) {
        long day = (long) weekly.day().getValue() - EPOCH_DAY.getValue();
        long local = day * Millis.DAY + (long) weekly.time().toSecondOfDay() * 1_000;
        // Boundaries lie on quarter hours, whatever the offset.
        long boundary = Millis.bucket(local - (long) offset.getTotalSeconds() * 1_000) * Millis.BUCKET;
        return boundary + Math.floorDiv(at - boundary, Millis.WEEK) * Millis.WEEK;
    }

    /** A bound that no window is shorter than. Changes of offset, even over the date line, shift a week by 25 h at most. */
    long shortestWindow() {
        if (window instanceof QuotaWindow.Weekly weekly) {
            return weekly.zone().normalized() instanceof ZoneOffset ? Millis.WEEK : Millis.WEEK - 2 * Millis.DAY;
        }
        return Long.MAX_VALUE;
    }

    /** A bound that no window is longer than. */
    long longestWindow() {
        if (window instanceof QuotaWindow.Weekly weekly) {
            return weekly.zone().normalized() instanceof ZoneOffset ? Millis.WEEK : Millis.WEEK + 2 * Millis.DAY;
        }
        return Long.MAX_VALUE;
    }
}
