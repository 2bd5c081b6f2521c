package dev.gpupool.storage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.FolderCheckpointStore;
import dev.gpupool.GpuPool;
import dev.gpupool.JobContext;
import dev.gpupool.JobHandler;
import dev.gpupool.JobInfo;
import dev.gpupool.JobRequest;
import dev.gpupool.JobState;
import dev.gpupool.Requirements;
import dev.gpupool.WorkerSpec;
import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.spi.storage.PoolStorage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What format 1 wrote is opened by every later version. The files were written once, by this class with
 * {@code -Dgpupool.format.write=true}, and stay as they are; a new format gets files of its own.
 */
class FormatTest {
    private static final boolean WRITE = Boolean.getBoolean("gpupool.format.write");
    private static final Path FILES = Path.of("src/test/resources/dev/gpupool/storage/jdbc");
    private static final Path SQLITE = FILES.resolve("format-1.db");
    private static final Path POSTGRES = FILES.resolve("format-1-postgresql.sql");
    private static final String WORDS = "{\"name\":\"caf\u00e9 \\\\ \\u0000 \ud83d\ude80\",\"n\":1.50}";

    @TempDir
    private Path folder = Path.of("");

    /** What is done with a database while the host that wrote it is still at work. */
    private interface Copy {
        void take() throws SQLException, IOException;
    }

    private static JobRequest request(String key) {
        JobRequest.Builder request = JobRequest.handler(key).key(key).payload(WORDS);
        return switch (key) {
            case "queued" ->
                request.requirements(new Requirements(null, null, 0, 0, Map.of("zone", "b")))
                        .build();
            case "failed" -> request.retries(0).build();
            case "running" -> request.resumable().build();
            default -> request.build();
        };
    }

    private GpuPool pool(PoolStorage storage) throws IOException {
        return GpuPool.builder()
                .storage(storage)
                .provider(ProviderPolicy.colab())
                .checkpoints(FolderCheckpointStore.in(folder))
                .build()
                .start();
    }

    private static void worker(GpuPool pool, String name, String handler, JobHandler code) {
        WorkerSpec worker = WorkerSpec.named(name)
                .account("colab", "lab-" + name)
                .handler(handler)
                .label("zone", "b")
                .build();
        pool.workers().local(worker, code);
    }

    private static String echo(JobContext job) {
        return Objects.requireNonNull(job.payload().json());
    }

    /** Jobs in the states that a host leaves behind when it is killed, and an account with all that can be said of one. */
    private void write(PoolStorage storage, Copy copy) throws Exception {
        CountDownLatch saved = new CountDownLatch(1);
        CountDownLatch copied = new CountDownLatch(1);
        try (GpuPool pool = pool(storage)) {
            worker(pool, "one", "succeeded", FormatTest::echo);
            worker(pool, "two", "failed", job -> {
                throw new IllegalArgumentException("this job fails, for the fixture");
            });
            worker(pool, "three", "running", job -> {
                job.saveCheckpoint(7, new ByteArrayInputStream(new byte[] {7}));
                saved.countDown();
                return copied.await(60, TimeUnit.SECONDS) ? "1" : "0";
            });
            assertThat(pool.submit(request("succeeded"))
                            .result()
                            .get(60, TimeUnit.SECONDS)
                            .json())
                    .isEqualTo(WORDS);
            assertThat(pool.submit(request("failed"))
                            .result()
                            .handle((result, failure) -> failure != null)
                            .get(60, TimeUnit.SECONDS))
                    .isTrue();
            pool.cancel(pool.submit(request("cancelled")).id());
            pool.submit(request("queued"));
            pool.submit(request("running"));
            assertThat(saved.await(60, TimeUnit.SECONDS)).isTrue();
            pool.accounts()
                    .override("colab", "lab-one", Duration.ofHours(20), 0.5)
                    .get(60, TimeUnit.SECONDS);
            pool.accounts()
                    .correct("colab", "lab-one", Duration.ofHours(2), "for the fixture")
                    .get(60, TimeUnit.SECONDS);
            copy.take();
            copied.countDown();
        }
    }

    private void holds(PoolStorage storage) throws Exception {
        try (GpuPool pool = pool(storage)) {
            assertThat(job(pool, "succeeded").state()).isEqualTo(JobState.SUCCEEDED);
            assertThat(Objects.requireNonNull(job(pool, "succeeded").result()).json())
                    .contains("caf\u00e9", "\ud83d\ude80", "\\u0000", "1.50");
            assertThat(job(pool, "failed").state()).isEqualTo(JobState.FAILED);
            assertThat(job(pool, "cancelled").state()).isEqualTo(JobState.CANCELLED);
            assertThat(job(pool, "queued").state()).isEqualTo(JobState.QUEUED);
            JobInfo running = job(pool, "running");
            assertThat(running.state()).isIn(JobState.RUNNING, JobState.QUEUED);
            assertThat(running.attempt()).isEqualTo(1);
            assertThat(Objects.requireNonNull(running.checkpoint()).step()).isEqualTo(7);
            assertThat(pool.accounts().quota("colab", "lab-one").allowance()).isEqualTo(Duration.ofHours(20));
            assertThat(pool.accounts().quota("colab", "lab-two").allowance()).isEqualTo(Duration.ofHours(84));
            worker(pool, "four", "queued", FormatTest::echo);
            assertThat(pool.submit(request("queued"))
                            .result()
                            .get(60, TimeUnit.SECONDS)
                            .json())
                    .contains("caf\u00e9", "\ud83d\ude80", "\\u0000", "1.50");
        }
    }

    /** The same request with the same key is the same job, so the digest of the request has not changed either. */
    private static JobInfo job(GpuPool pool, String key) {
        return pool.submit(request(key)).info();
    }

    @Test
    void shouldOpenTheSqliteFileThatFormatOneWrote() throws Exception {
        if (WRITE) {
            writeSqlite();
        }
        Path file = folder.resolve("pool.db");
        Files.copy(SQLITE, file);
        try (JdbcStorage storage = JdbcStorage.embedded(file)) {
            holds(storage);
        }
    }

    @Test
    void shouldOpenThePostgresTablesThatFormatOneWrote() throws Exception {
        if (WRITE) {
            writePostgres();
        }
        Servers.Space space = Servers.schema("18");
        try {
            Servers.execute(space.source(), Files.readString(POSTGRES));
            try (JdbcStorage storage = JdbcStorage.migratedPostgres(space.source())) {
                holds(storage);
            }
        } finally {
            space.drop();
        }
    }

    private void writeSqlite() throws Exception {
        Path file = folder.resolve("written.db");
        Files.deleteIfExists(SQLITE);
        try (JdbcStorage storage = JdbcStorage.embedded(file)) {
            write(storage, () -> {
                try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                        Statement statement = connection.createStatement()) {
                    statement.execute("VACUUM INTO '" + SQLITE + "'");
                }
            });
        }
    }

    private void writePostgres() throws Exception {
        Servers.Space space = Servers.schema("18");
        try (JdbcStorage storage = JdbcStorage.postgres(space.source())) {
            write(storage, () -> Files.writeString(POSTGRES, dump(space)));
        } finally {
            space.drop();
        }
    }

    private static String dump(Servers.Space space) throws SQLException {
        StringBuilder sql = new StringBuilder(Schema.ddl(new PostgresDialect())).append('\n');
        try (Connection connection = space.source().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT format('INSERT INTO gpupool_record VALUES"
                        + " (%L, %L, %L, %L, %L, %L, %L);', kind, id, tenant, version, state, sort_key, body)"
                        + " FROM gpupool_record ORDER BY kind, id")) {
            while (rows.next()) {
                sql.append(rows.getString(1)).append('\n');
            }
        }
        return sql.toString();
    }
}
