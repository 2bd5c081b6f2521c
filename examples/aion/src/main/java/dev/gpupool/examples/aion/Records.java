package dev.gpupool.examples.aion;

import dev.gpupool.InMemoryStorage;
import dev.gpupool.spi.storage.PoolStorage;
import dev.gpupool.storage.jdbc.JdbcStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/**
 * Where a run keeps what it must not lose: the pool's records, and a folder with checkpoints and the host's diary. Those
 * of a run in memory are gone with it; on a database the next run goes on where this one was, however it ended.
 */
final class Records implements AutoCloseable {
    private final PoolStorage storage;
    private final Diary diary;
    private final Path folder;
    private final boolean passing;

    private Records(PoolStorage storage, Diary diary, Path folder, boolean passing) {
        this.storage = storage;
        this.diary = diary;
        this.folder = folder;
        this.passing = passing;
    }

    /** As {@link Options} names it. */
    static Records open(String where) throws IOException {
        if (where.equals("memory")) {
            Path folder = Files.createTempDirectory("gpupool-aion-");
            return new Records(InMemoryStorage.create(), Diary.forgetful(), folder, true);
        }
        if (where.equals("sqlite:")) {
            Path folder = Files.createTempDirectory("gpupool-aion-");
            return new Records(JdbcStorage.embedded(folder.resolve("aion.db")), Diary.forgetful(), folder, true);
        }
        boolean file = where.startsWith("sqlite:");
        Path folder = Path.of(file ? where.substring("sqlite:".length()) + "-aion" : "aion-data");
        Files.createDirectories(folder.toAbsolutePath());
        PoolStorage storage =
                file ? JdbcStorage.embedded(Path.of(where.substring("sqlite:".length()))) : JdbcStorage.postgres(where);
        return new Records(storage, Diary.in(folder.resolve("diary")), folder, false);
    }

    PoolStorage storage() {
        return storage;
    }

    Diary diary() {
        return diary;
    }

    /** Where everything of this run lies. */
    Path folder() {
        return folder;
    }

    Path checkpoints() throws IOException {
        return Files.createDirectories(folder.resolve("checkpoints"));
    }

    @Override
    public void close() throws IOException {
        storage.close();
        diary.close();
        if (passing) {
            try (var files = Files.walk(folder)) {
                List<Path> deepestFirst =
                        files.sorted(Comparator.reverseOrder()).toList();
                for (Path path : deepestFirst) {
                    Files.deleteIfExists(path);
                }
            }
        }
    }
}
