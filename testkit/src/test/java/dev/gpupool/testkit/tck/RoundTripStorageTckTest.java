package dev.gpupool.testkit.tck;

import dev.gpupool.InMemoryStorage;
import dev.gpupool.spi.storage.PoolStorage;
import dev.gpupool.tck.StorageFixture;
import dev.gpupool.tck.StorageTck;
import dev.gpupool.testkit.RoundTripStorage;

/** The storage that test pools use. */
class RoundTripStorageTckTest extends StorageTck {
    @Override
    protected StorageFixture createFixture() {
        PoolStorage storage = new RoundTripStorage(InMemoryStorage.create());
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
