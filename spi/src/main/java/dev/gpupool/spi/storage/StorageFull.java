package dev.gpupool.spi.storage;

/**
 * There is no room for the new records of a changeset; surely nothing of the call took effect. Writes that add no
 * record still work, so that a full storage can finish its work and empty itself.
 */
public final class StorageFull extends StorageUnavailable {
    private static final long serialVersionUID = 1L;

    /**
     * Says which limit was reached.
     *
     * @param message the limit and how to raise it
     */
    public StorageFull(String message) {
        super(message, null);
    }
}
