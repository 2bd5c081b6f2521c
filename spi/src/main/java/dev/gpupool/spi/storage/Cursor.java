package dev.gpupool.spi.storage;

import dev.gpupool.spi.internal.Require;

/**
 * A place in the one order in which the records of a kind are scanned: by state, then sort key, then id, each compared
 * as ASCII bytes. A cursor need not be the place of an existing record: {@code (state, "~", "~")} skips a whole state
 * whose sort keys do not begin with a tilde.
 *
 * @param state compared first
 * @param sortKey compared second
 * @param id compared last
 */
public record Cursor(String state, String sortKey, String id) implements Comparable<Cursor> {
    /**
     * Checks the form.
     *
     * @throws IllegalArgumentException if a part is not ASCII or too long
     */
    public Cursor {
        Require.ascii("cursor.state", state, 200);
        Require.ascii("cursor.sortKey", sortKey, 100);
        Require.ascii("cursor.id", id, 250);
    }

    @Override
    public int compareTo(Cursor other) {
        int byState = state.compareTo(other.state);
        if (byState != 0) {
            return byState;
        }
        int bySortKey = sortKey.compareTo(other.sortKey);
        return bySortKey != 0 ? bySortKey : id.compareTo(other.id);
    }
}
