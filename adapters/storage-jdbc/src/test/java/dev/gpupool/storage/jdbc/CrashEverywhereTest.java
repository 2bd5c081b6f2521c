package dev.gpupool.storage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.spi.storage.PoolStorage;
import dev.gpupool.testkit.CrashEverywhere;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The host dies at every changeset in turn, over a database. */
class CrashEverywhereTest {
    private static final int JOBS = Integer.getInteger("gpupool.crash.jdbc-jobs", 4);

    @TempDir
    private Path folder = Path.of("");

    private static void losesNothing(Supplier<PoolStorage> storages) {
        CrashEverywhere.Outcome outcome = CrashEverywhere.of(JOBS, storages);

        assertThat(outcome.points()).isGreaterThan(9L * JOBS);
        assertThat(outcome.lost()).isZero();
        assertThat(outcome.acceptedTwice()).isZero();
        assertThat(outcome.wrongs()).isEmpty();
    }

    @Test
    void shouldLoseNoJobOnSqliteWhereverTheHostDies() {
        int[] run = {0};
        losesNothing(() -> {
            int number = run[0]++;
            delete(number - 1);
            return JdbcStorage.embedded(folder.resolve(number + ".db"));
        });
    }

    private void delete(int run) {
        try {
            for (String suffix : new String[] {"", "-wal", "-shm", "-lock"}) {
                Files.deleteIfExists(folder.resolve(run + ".db" + suffix));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void shouldLoseNoJobOnPostgresWhereverTheHostDies() throws Exception {
        Servers.Space space = Servers.schema("18");
        try {
            JdbcStorage.postgres(space.source()).close();
            losesNothing(() -> {
                try {
                    Servers.execute(space.source(), "TRUNCATE gpupool_record");
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
                return JdbcStorage.postgres(space.address());
            });
        } finally {
            space.drop();
        }
    }
}
