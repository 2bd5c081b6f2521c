package dev.gpupool.storage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.gpupool.spi.storage.Query;
import dev.gpupool.spi.storage.RecordKind;
import dev.gpupool.spi.storage.StorageUnavailable;
import org.junit.jupiter.api.Test;

class PostgresFaultsTest {
    @Test
    void shouldRefuseAUrlThatIsNoneAndAServerThatIsNotThere() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JdbcStorage.postgres("jdbc:mysql://localhost/pool"))
                .withMessageContaining("jdbc:mysql://localhost/pool");
        assertThatExceptionOfType(StorageUnavailable.class)
                .isThrownBy(() -> JdbcStorage.postgres("jdbc:postgresql://127.0.0.1:1/pool"))
                .withMessageContaining("cannot be used");
    }

    @Test
    void shouldAskForItsTablesWhereTheHostMakesThem() throws Exception {
        Servers.Space space = Servers.schema("18");
        try {
            assertThatIllegalStateException()
                    .isThrownBy(() -> JdbcStorage.migratedPostgres(space.source()))
                    .withMessageContaining("postgresql.sql");
            for (String sql : Schema.ddl(new PostgresDialect()).split(";\\s*\\n", -1)) {
                if (!sql.isBlank()) {
                    Servers.execute(space.source(), sql);
                }
            }
            try (JdbcStorage storage = JdbcStorage.migratedPostgres(space.source())) {
                assertThat(storage.scan(Query.of(RecordKind.JOB, "")).records()).isEmpty();
            }
            Servers.execute(space.source(), "UPDATE gpupool_format SET format = 99");
            assertThatIllegalStateException()
                    .isThrownBy(() -> JdbcStorage.postgres(space.source()))
                    .withMessageContaining("format 99");
        } finally {
            space.drop();
        }
    }
}
