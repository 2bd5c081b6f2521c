package dev.gpupool.internal.record;

import dev.gpupool.spi.storage.RecordKey;
import dev.gpupool.spi.storage.RecordKind;
import java.util.ArrayList;
import java.util.List;

/**
 * A token, by its digests. Its methods are its transitions.
 *
 * @param id names it; its kind's prefix, then at random or the session's id
 * @param kind what it opens
 * @param tenant whose workers, or empty for the pool's
 * @param provider the only provider, or empty for any
 * @param account the only account, or empty for any
 * @param worker the worker of a session's token, otherwise empty
 * @param note the operator's
 * @param digests SHA-256 of the texts that open it, the newest first; several only for a session
 * @param createdAt when it was made, by wall clock
 * @param expiresAt from when on it opens nothing, by wall clock
 * @param uses how many sessions it may begin yet, or {@link #UNLIMITED}
 * @param takers the instances that took a use and have begun no session since, the newest first
 * @param revokedAt when it was taken back, or 0
 */
public record TokenDoc(
        String id,
        Kind kind,
        String tenant,
        String provider,
        String account,
        String worker,
        String note,
        List<String> digests,
        long createdAt,
        long expiresAt,
        int uses,
        List<String> takers,
        long revokedAt)
        implements Doc {
    /** In {@link #uses}: any number. */
    public static final int UNLIMITED = -1;

    /** State of the join and operator tokens that were not revoked. */
    public static final String LISTED = "J";

    /** State of whatever was revoked. */
    public static final String REVOKED = "R";

    /** State of the sessions' tokens. */
    public static final String OF_SESSION = "S";

    private static final int KEPT_DIGESTS = 3;
    private static final int KEPT_TAKERS = 64;
    private static final long DAY_MILLIS = 24L * 3_600_000;

    /** What a token opens. */
    public enum Kind {
        JOIN("gpj-"),
        SESSION("gps-"),
        OPERATOR("gpo-");

        private final String prefix;

        Kind(String prefix) {
            this.prefix = prefix;
        }

        public String prefix() {
            return prefix;
        }
    }

    public static RecordKey key(String id) {
        return new RecordKey(RecordKind.TOKEN, id);
    }

    @Override
    public RecordKey key() {
        return key(id);
    }

    @Override
    public String storedState() {
        if (revokedAt > 0) {
            return REVOKED;
        }
        return kind == Kind.SESSION ? OF_SESSION : LISTED;
    }

    @Override
    public String sortKey() {
        return SortKeys.of(expiresAt, 17);
    }

    /** The session of a session's token. */
    public String sessionId() {
        return id.substring(kind.prefix().length());
    }

    public boolean unlimited() {
        return uses == UNLIMITED;
    }

    public boolean revoked() {
        return revokedAt > 0;
    }

    public boolean expired(long now) {
        return now >= expiresAt;
    }

    /**
     * Whether its record may go. A session's token is of no more use; the day is for hosts whose clocks differ. The others
     * stay for the operator to see.
     */
    public boolean over(long now) {
        return now - expiresAt >= (kind == Kind.SESSION ? DAY_MILLIS : 30 * DAY_MILLIS);
    }

    public TokenDoc taken(String instance) {
        List<String> next = new ArrayList<>();
        next.add(instance);
        next.addAll(takers.subList(0, Math.min(takers.size(), KEPT_TAKERS - 1)));
        return with(digests, expiresAt, uses - 1, List.copyOf(next), revokedAt);
    }

    public TokenDoc givenBack(String instance) {
        return with(digests, expiresAt, uses + 1, without(instance), revokedAt);
    }

    /** A session was begun with the use that the instance took: it is spent. */
    public TokenDoc spent(String instance) {
        return with(digests, expiresAt, uses, without(instance), revokedAt);
    }

    private List<String> without(String instance) {
        return takers.stream().filter(taker -> !taker.equals(instance)).toList();
    }

    /** Opened by one text more; the oldest no longer opens it. */
    public TokenDoc opened(String digest, long until) {
        List<String> next = new ArrayList<>();
        next.add(digest);
        next.addAll(digests.subList(0, Math.min(digests.size(), KEPT_DIGESTS - 1)));
        return with(List.copyOf(next), Math.max(expiresAt, until), uses, takers, revokedAt);
    }

    public TokenDoc revoked(long now) {
        return with(digests, expiresAt, uses, takers, now);
    }

    private TokenDoc with(List<String> texts, long until, int left, List<String> lately, long revoked) {
        return new TokenDoc(
                id, kind, tenant, provider, account, worker, note, texts, createdAt, until, left, lately, revoked);
    }
}
