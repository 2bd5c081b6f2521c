package dev.gpupool.spi.storage;

/** Hears that a record may have changed. */
@FunctionalInterface
public interface ChangeListener {
    /**
     * A record may have been written or deleted, by this host or another. Must return at once and not call the
     * storage.
     *
     * @param key the record
     */
    void changed(RecordKey key);

    /**
     * Hints may have been lost, for instance while a connection was down: the pool reads again what may have changed.
     * Must return at once and not call the storage. Unless overridden it does nothing.
     */
    default void missed() {}
}
