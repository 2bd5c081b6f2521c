package dev.gpupool.storage.jdbc;

import dev.gpupool.spi.storage.PoolStorage;
import dev.gpupool.tck.StorageFixture;
import java.sql.SQLException;

/** A schema of its own on a server of a version. */
final class PostgresFixture implements StorageFixture {
    private final Servers.Space space;

    private PostgresFixture(Servers.Space space) {
        this.space = space;
    }

    static PostgresFixture on(String version) throws Exception {
        return new PostgresFixture(Servers.schema(version));
    }

    @Override
    public PoolStorage open() {
        return JdbcStorage.postgres(space.address());
    }

    @Override
    public void close() throws SQLException {
        space.drop();
    }
}
