package dev.gpupool.internal.ledger;

import dev.gpupool.quota.QuotaLevel;

/**
 * A window's state at an instant. Lengths are milliseconds.
 *
 * @param start when it began, in epoch milliseconds, or {@link Long#MIN_VALUE}
 * @param end when it ends, exclusive, or {@link Long#MAX_VALUE}
 * @param used what was used in it, with the elapsed part of SESSION reservations, whose meter has run
 * @param reserved the rest of the reservations in it
 * @param allowance how much the account has in it
 * @param safe the part of the allowance that is used
 */
public record WindowUse(long start, long end, long used, long reserved, long allowance, long safe) {
    /** Near is within one part in this many of the allowance: 5 percentage points. */
    private static final long NEAR_PART = 20;

    private static final long BILLION = 1_000_000_000;

    /**
     * The part of the allowance that is used or reserved.
     *
     * @return floor((used + reserved) / allowance) in parts per billion; 0 if that is negative, a billion if the
     *     allowance is zero, {@link Long#MAX_VALUE} if it is more than that
     */
    public long utilisationPpb() {
        if (allowance == 0) {
            return BILLION;
        }
        long whole = Math.max(0, taken()) / allowance;
        if (whole >= Long.MAX_VALUE / BILLION) {
            return Long.MAX_VALUE;
        }
        long rest = Math.max(0, taken()) % allowance;
        // Division in base 1000: a product of the rest with a billion would overflow.
        for (int digit = 0; digit < 3; digit++) {
            whole = whole * 1000 + rest * 1000 / allowance;
            rest = rest * 1000 % allowance;
        }
        return whole;
    }

    /**
     * Whether the account may be picked.
     *
     * @return the level
     */
    public QuotaLevel level() {
        long left = Math.subtractExact(safe, taken());
        if (left <= 0) {
            return QuotaLevel.AT_LIMIT;
        }
        return left <= allowance / NEAR_PART ? QuotaLevel.NEAR : QuotaLevel.SAFE;
    }

    /**
     * What can still be reserved.
     *
     * @return max(0, safe - used - reserved)
     */
    public long free() {
        return Math.max(0, Math.subtractExact(safe, taken()));
    }

    private long taken() {
        return Math.addExact(used, reserved);
    }
}
