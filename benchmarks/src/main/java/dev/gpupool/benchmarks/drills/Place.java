package dev.gpupool.benchmarks.drills;

import dev.gpupool.spi.storage.PoolStorage;
import dev.gpupool.storage.jdbc.JdbcStorage;
import java.nio.file.Path;

/**
 * Where the records are, in words that fit on a command line.
 *
 * @param name the file of an SQLite, or the URL of a PostgreSQL
 */
record Place(String name) {
    PoolStorage open() {
        return name.startsWith("jdbc:") ? JdbcStorage.postgres(name) : JdbcStorage.embedded(Path.of(name));
    }
}
