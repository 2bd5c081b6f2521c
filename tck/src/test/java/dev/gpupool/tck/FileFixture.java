package dev.gpupool.tck;

import dev.gpupool.spi.storage.PoolStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;

/** One file for one test. */
final class FileFixture implements StorageFixture {
    private final Function<Path, PoolStorage> handles;
    private final Path file;

    FileFixture(Function<Path, PoolStorage> handles) throws IOException {
        this.handles = handles;
        this.file = Files.createTempFile("gpupool-tck", ".log");
    }

    @Override
    public PoolStorage open() {
        return handles.apply(file);
    }

    @Override
    public void close() throws IOException {
        Files.delete(file);
    }
}
