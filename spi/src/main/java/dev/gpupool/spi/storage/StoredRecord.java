package dev.gpupool.spi.storage;

import dev.gpupool.spi.internal.Require;

/**
 * One record as a storage keeps it. The pool writes whole records; an adapter never looks into the body.
 *
 * @param key kind and id
 * @param tenant the owner, at most 100 printable ASCII characters; empty if the record belongs to the pool
 * @param version given by the pool, unique for ever, compared for equality only; 1 to 100 printable ASCII characters
 * @param state first column of the one order in which records are scanned; at most 200 printable ASCII characters
 * @param sortKey second column of that order; at most 100 printable ASCII characters
 * @param body the document
 */
public record StoredRecord(
        RecordKey key, String tenant, String version, String state, String sortKey, RecordBody body) {
    /**
     * Checks the form.
     *
     * @throws IllegalArgumentException if there is no key or body, the version is empty, or a part is not ASCII or too
     *     long
     */
    public StoredRecord {
        Require.notNull("record.key", key);
        Require.ascii("record.tenant", tenant, 100);
        Require.ascii("record.version", version, 100);
        if (version.isEmpty()) {
            throw new IllegalArgumentException("record.version must not be empty");
        }
        Require.ascii("record.state", state, 200);
        Require.ascii("record.sortKey", sortKey, 100);
        Require.notNull("record.body", body);
    }

    /**
     * The record's place in the scan order.
     *
     * @return state, sort key and id
     */
    public Cursor cursor() {
        return new Cursor(state, sortKey, key.id());
    }
}
