package dev.gpupool.tck;

/** A durable storage passes the whole ladder. */
class FileStorageTest extends DurableStorageTck {
    @Override
    protected StorageFixture createFixture() throws Exception {
        return new FileFixture(FileStorage::new);
    }
}
