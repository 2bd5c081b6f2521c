package dev.gpupool.spi.storage;

import dev.gpupool.spi.internal.Require;
import org.jspecify.annotations.Nullable;

/**
 * Asks for the records of a kind in scan order.
 *
 * @param kind the kind
 * @param tenant only this owner's records, or {@code null} for all
 * @param statePrefix only records whose state begins so; empty for all
 * @param after only records strictly after this place, or {@code null} from the start
 * @param limit the most records to return, 1 to 1,000
 */
public record Query(
        RecordKind kind,
        @Nullable String tenant,
        String statePrefix,
        @Nullable Cursor after,
        int limit) {
    /** The largest limit. */
    public static final int MAX_LIMIT = 1_000;

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if there is no kind, the prefix is longer than 200 characters, or the limit is
     *     not 1 to {@link #MAX_LIMIT}
     */
    public Query {
        Require.notNull("query.kind", kind);
        Require.ascii("query.statePrefix", statePrefix, 200);
        Require.between("query.limit", limit, 1, MAX_LIMIT);
    }

    /**
     * All records of a kind whose state begins with a prefix, from the start.
     *
     * @param kind the kind
     * @param statePrefix the prefix; empty for all
     * @return the query, with the largest limit
     */
    public static Query of(RecordKind kind, String statePrefix) {
        return new Query(kind, null, statePrefix, null, MAX_LIMIT);
    }

    /**
     * The same question from another place on.
     *
     * @param place the place to go on after
     * @return the query
     */
    public Query after(Cursor place) {
        return new Query(kind, tenant, statePrefix, place, limit);
    }
}
