package dev.gpupool.storage.jdbc;

import dev.gpupool.tck.DurableStorageTck;
import dev.gpupool.tck.StorageFixture;

class Postgres18StorageTckTest extends DurableStorageTck {
    @Override
    protected StorageFixture createFixture() throws Exception {
        return PostgresFixture.on("18");
    }
}
