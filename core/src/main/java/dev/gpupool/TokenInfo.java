package dev.gpupool;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A join or operator token as the operator sees it. The secret is nowhere in it. Immutable.
 *
 * @param id names it; not a secret
 * @param kind what it opens
 * @param tenant whose workers it may bring, or {@code null} for workers of the pool
 * @param provider the only provider that it may be used for, or {@code null} for any
 * @param account the only account that it may be used for, or {@code null} for any; given with the provider
 * @param note what the operator wrote, or empty
 * @param createdAt when it was made, by the wall clock of the host that made it
 * @param expiresAt from when on it opens nothing
 * @param usesLeft how many sessions it may begin yet, or {@code null} for any number
 * @param revokedAt when it was taken back, or {@code null}
 */
public record TokenInfo(
        String id,
        Kind kind,
        @Nullable String tenant,
        @Nullable String provider,
        @Nullable String account,
        String note,
        Instant createdAt,
        Instant expiresAt,
        @Nullable Integer usesLeft,
        @Nullable Instant revokedAt) {
    /** What a token opens. New ones may be added. */
    public enum Kind {
        /** Begins sessions. */
        JOIN,
        /** Asks for what makes new workers. */
        OPERATOR
    }
}
