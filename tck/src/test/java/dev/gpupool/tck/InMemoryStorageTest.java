package dev.gpupool.tck;

import dev.gpupool.InMemoryStorage;
import dev.gpupool.spi.storage.PoolStorage;

/** All hosts of an in-memory storage live in one process and have the same handle. */
class InMemoryStorageTest extends StorageTck {
    @Override
    protected StorageFixture createFixture() {
        InMemoryStorage storage = InMemoryStorage.create();
        return new StorageFixture() {
            @Override
            public PoolStorage open() {
                return storage;
            }

            @Override
            public void close() {}
        };
    }
}
