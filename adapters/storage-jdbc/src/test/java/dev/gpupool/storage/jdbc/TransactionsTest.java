package dev.gpupool.storage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.gpupool.spi.storage.CommitResult;
import dev.gpupool.spi.storage.StorageFull;
import dev.gpupool.spi.storage.StorageUnavailable;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/** What becomes of a batch when the database has no room, and when the connection is not the pool's alone. */
class TransactionsTest {
    private static final String BODY = "\"" + "x".repeat(100_000) + "\"";

    @TempDir
    private Path folder = Path.of("");

    @Test
    void shouldSayThatTheDatabaseIsFullAndKeepWhatItHas() throws Exception {
        SQLiteConfig config = new SQLiteConfig();
        config.setMaxPageCount(500);
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite:" + folder.resolve("small.db"));
        Connections connections = new Connections(source, new SqliteDialect(), true);
        Transactions transactions = new Transactions(connections, new SqliteDialect());
        connections.with(connection -> {
            Schema.create(connection, new SqliteDialect());
            return true;
        });
        int taken = 0;
        StorageFull full = null;
        while (full == null) {
            try {
                assertThat(transactions.apply(List.of(Jobs.put(null, "j" + taken, "v", BODY))))
                        .containsExactly(CommitResult.APPLIED);
                taken++;
            } catch (StorageFull e) {
                full = e;
            }
        }
        assertThat(full).hasMessageContaining("no room left");
        assertThat(taken).isBetween(5, 50);
        for (int i = 0; i < taken; i++) {
            assertThat(transactions.apply(List.of(Jobs.put(null, "j" + i, "v", BODY))))
                    .containsExactly(CommitResult.CONFLICT);
        }
        connections.close();
    }

    @Test
    void shouldTouchNoTransactionOfSomebodyElse() throws SQLException {
        SQLiteDataSource source = new SQLiteDataSource() {
            @Override
            public Connection getConnection() throws SQLException {
                Connection joined = super.getConnection();
                joined.setAutoCommit(false);
                return joined;
            }
        };
        source.setUrl("jdbc:sqlite:" + folder.resolve("host.db"));
        Connections connections = new Connections(source, new SqliteDialect(), false);

        assertThatExceptionOfType(StorageUnavailable.class)
                .isThrownBy(() -> new Transactions(connections, new SqliteDialect())
                        .apply(List.of(Jobs.put(null, "j", "v", BODY))))
                .withMessageContaining("transaction of somebody else's");
    }
}
