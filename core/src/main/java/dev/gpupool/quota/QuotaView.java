package dev.gpupool.quota;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An account's quota at one moment.
 *
 * @param provider the policy's name
 * @param account the account's name
 * @param metering what is counted
 * @param allowance the amount of the window
 * @param safe the part of it that is used: floor(allowance x margin)
 * @param used what was used in the window
 * @param reserved what is spoken for in the window
 * @param utilisation (used + reserved) / allowance
 * @param level safe, near or at limit
 * @param windowStart when the window began, which is when the account was last reset, or {@code null} if it never was
 * @param nextReset when the next window begins, or {@code null} if never
 */
public record QuotaView(
        String provider,
        String account,
        Metering metering,
        Duration allowance,
        Duration safe,
        Duration used,
        Duration reserved,
        double utilisation,
        QuotaLevel level,
        @Nullable Instant windowStart,
        @Nullable Instant nextReset) {
    /**
     * What may still be used: safe less used and reserved.
     *
     * @return never negative
     */
    public Duration remaining() {
        Duration left = safe.minus(used).minus(reserved);
        return left.isNegative() ? Duration.ZERO : left;
    }
}
