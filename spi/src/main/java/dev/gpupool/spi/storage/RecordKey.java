package dev.gpupool.spi.storage;

import dev.gpupool.spi.internal.Require;

/**
 * The identity of a record.
 *
 * @param kind what the record is about
 * @param id unique within its kind, 1 to 250 printable ASCII characters
 */
public record RecordKey(RecordKind kind, String id) implements Comparable<RecordKey> {
    /**
     * Checks the form.
     *
     * @throws IllegalArgumentException if there is no kind, or the id is empty, not ASCII or longer than 250 characters
     */
    public RecordKey {
        Require.notNull("key.kind", kind);
        Require.ascii("key.id", id, 250);
        if (id.isEmpty()) {
            throw new IllegalArgumentException("key.id must not be empty");
        }
    }

    @Override
    public int compareTo(RecordKey other) {
        int byKind = kind.compareTo(other.kind);
        return byKind != 0 ? byKind : id.compareTo(other.id);
    }

    @Override
    public String toString() {
        return kind + "/" + id;
    }
}
