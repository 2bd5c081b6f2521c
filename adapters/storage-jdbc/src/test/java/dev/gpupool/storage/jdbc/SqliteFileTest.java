package dev.gpupool.storage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.gpupool.GpuPool;
import dev.gpupool.JobHandle;
import dev.gpupool.JobRequest;
import dev.gpupool.JobState;
import dev.gpupool.Requirements;
import dev.gpupool.WorkerSpec;
import dev.gpupool.spi.storage.StorageUnavailable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a file is to one pool, and to a second one. */
class SqliteFileTest {
    @TempDir
    private Path folder = Path.of("");

    private void execute(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private Path file() {
        return folder.resolve("pool.db");
    }

    @Test
    void shouldRefuseAFileThatAnotherPoolHasUntilItIsClosed() {
        JdbcStorage first = JdbcStorage.embedded(file());
        try (first) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> JdbcStorage.embedded(file()))
                    .withMessageContaining("pool.db")
                    .withMessageContaining("belongs to another pool");
        }
        JdbcStorage.embedded(file()).close();
    }

    @Test
    void shouldGoOnWithItsJobsWhenAPoolIsStartedAgainOverIt() throws Exception {
        String waiting;
        try (JdbcStorage storage = JdbcStorage.embedded(file());
                GpuPool pool = GpuPool.builder().storage(storage).build().start()) {
            pool.workers().local(WorkerSpec.named("box").build(), job -> "\"done\"");
            JobHandle done = pool.submit(JobRequest.handler("train").key("one").build());
            assertThat(done.result().get(60, TimeUnit.SECONDS).json()).isEqualTo("\"done\"");
            waiting = pool.submit(JobRequest.handler("train")
                            .key("two")
                            .requirements(new Requirements(null, null, 0, 8, Map.of()))
                            .build())
                    .id();
        }
        try (JdbcStorage storage = JdbcStorage.embedded(file());
                GpuPool pool = GpuPool.builder().storage(storage).build().start()) {
            assertThat(pool.submit(JobRequest.handler("train").key("one").build())
                            .info()
                            .state())
                    .isEqualTo(JobState.SUCCEEDED);
            assertThat(pool.job(waiting).orElseThrow().state()).isEqualTo(JobState.QUEUED);
        }
    }

    @Test
    void shouldRefuseAFileOfAnotherFormat() throws Exception {
        JdbcStorage.embedded(file()).close();
        execute("UPDATE gpupool_format SET format = 99");
        assertThatIllegalStateException()
                .isThrownBy(() -> JdbcStorage.embedded(file()))
                .withMessageContaining("format 99");
        execute("UPDATE gpupool_format SET format = 1");
        JdbcStorage.embedded(file()).close(); // the refusal left no lock behind
    }

    @Test
    void shouldRefuseAFileThatIsNoDatabaseAndOneThatCannotBeMade() throws Exception {
        Files.writeString(
                file(), "this is a letter, and a long one, which no database would take for its own\n".repeat(99));
        assertThatExceptionOfType(StorageUnavailable.class)
                .isThrownBy(() -> JdbcStorage.embedded(file()))
                .withMessageContaining("cannot be used");
        assertThatExceptionOfType(StorageUnavailable.class)
                .isThrownBy(() -> JdbcStorage.embedded(folder.resolve("missing").resolve("pool.db")))
                .withMessageContaining("missing is not there: make it first");
    }
}
