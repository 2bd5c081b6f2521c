package dev.gpupool.examples.journal;

import dev.gpupool.spi.storage.PoolStorage;
import dev.gpupool.tck.StorageFixture;
import dev.gpupool.tck.StorageTck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;

/** The suite over a journal. One host at a time: while a handle is open it is handed out again. */
class JournalStorageTckTest extends StorageTck {
    @TempDir
    Path folder = Path.of("");

    @Override
    protected StorageFixture createFixture() throws IOException {
        Path file = Files.createTempFile(folder, "tck", ".journal");
        return new StorageFixture() {
            private @Nullable JournalStorage handle;

            @Override
            public PoolStorage open() throws IOException {
                JournalStorage open = handle;
                if (open == null || isClosed(open)) {
                    open = JournalStorage.open(file);
                    handle = open;
                }
                return open;
            }

            @Override
            public void close() throws IOException {
                Files.delete(file);
            }
        };
    }

    private static boolean isClosed(PoolStorage storage) {
        try {
            return !storage.find(Set.of()).isEmpty();
        } catch (IllegalStateException e) {
            return true;
        }
    }
}
