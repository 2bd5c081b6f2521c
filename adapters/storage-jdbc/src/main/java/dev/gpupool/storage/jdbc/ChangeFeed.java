package dev.gpupool.storage.jdbc;

import dev.gpupool.spi.storage.ChangeListener;
import dev.gpupool.spi.storage.RecordKey;
import dev.gpupool.spi.storage.Watch;

/** Hints of changes between the handles of one database. */
interface ChangeFeed extends AutoCloseable {
    /** Of a database that gives none. */
    ChangeFeed NONE = new ChangeFeed() {};

    default Watch watch(ChangeListener listener) {
        return Watch.NONE;
    }

    /** A record was written by this handle, and that is durable. */
    default void wrote(RecordKey key) {}

    @Override
    default void close() {}
}
