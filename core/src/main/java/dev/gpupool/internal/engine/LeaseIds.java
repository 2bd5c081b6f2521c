package dev.gpupool.internal.engine;

import org.jspecify.annotations.Nullable;

/**
 * Ids of leases. Each names the session that it was issued to, so that a report of a lease that ended long ago, perhaps
 * on another host, finds the stored record that says what was booked for it.
 */
final class LeaseIds {
    private static final char BETWEEN = '.';

    private LeaseIds() {}

    static String of(String sessionId, String random) {
        return sessionId + BETWEEN + random;
    }

    /** The session that a lease was issued to; {@code null} if no lease of ours has such an id. */
    static @Nullable String session(String leaseId) {
        int at = leaseId.indexOf(BETWEEN);
        return at <= 0 ? null : leaseId.substring(0, at);
    }
}
