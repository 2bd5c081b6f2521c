package dev.gpupool.storage.jdbc;

import dev.gpupool.spi.storage.PoolStorage;
import dev.gpupool.tck.DurableStorageTck;
import dev.gpupool.tck.StorageFixture;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.io.TempDir;

class SqliteStorageTckTest extends DurableStorageTck {
    private final AtomicInteger files = new AtomicInteger();

    @TempDir
    private Path folder = Path.of("");

    @Override
    protected StorageFixture createFixture() {
        Path file = folder.resolve("pool-" + files.incrementAndGet() + ".db");
        return new StorageFixture() {
            @Override
            public PoolStorage open() {
                return JdbcStorage.shared(file);
            }

            @Override
            public void close() {}
        };
    }
}
