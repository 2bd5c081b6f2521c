package dev.gpupool.storage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.gpupool.GpuPool;
import dev.gpupool.JobHandle;
import dev.gpupool.JobRequest;
import dev.gpupool.JobState;
import dev.gpupool.PoolEvent;
import dev.gpupool.WorkerSpec;
import dev.gpupool.spi.storage.CommitResult;
import dev.gpupool.spi.storage.OutcomeUnknown;
import dev.gpupool.spi.storage.RecordKey;
import dev.gpupool.spi.storage.RecordKind;
import dev.gpupool.spi.storage.StorageUnavailable;
import dev.gpupool.spi.storage.StoredRecord;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;
import org.postgresql.jdbc.PreferQueryMode;

/** A server that answers late, never, or not to this user. */
class PostgresOutageTest {
    /** With the end of the text: an isolation level has the word in it too. */
    private static final String COMMIT = "COMMIT\0";

    private static final RecordKey JOB = new RecordKey(RecordKind.JOB, "j");

    private Servers.Space space;
    private Proxy proxy;

    @BeforeEach
    void open() throws Exception {
        space = Servers.schema("18");
        proxy = new Proxy(((PGSimpleDataSource) space.source()).getPortNumbers()[0]);
    }

    @AfterEach
    void close() throws Exception {
        proxy.close();
        space.drop();
    }

    /** Through the proxy; each request is text, so that it can be told apart there. */
    private PGSimpleDataSource proxied() {
        PGSimpleDataSource source = (PGSimpleDataSource) space.source();
        source.setServerNames(new String[] {"127.0.0.1"});
        source.setPortNumbers(new int[] {proxy.port()});
        source.setPreferQueryMode(PreferQueryMode.SIMPLE);
        return source;
    }

    private static String version(JdbcStorage storage) {
        List<StoredRecord> found = storage.find(Set.of(JOB));
        return found.isEmpty() ? "none" : found.get(0).version();
    }

    @Test
    void shouldSayThatItDoesNotKnowWhenTheAnswerToTheCommitIsLost() {
        try (JdbcStorage storage = JdbcStorage.postgres(proxied())) {
            proxy.cutAfter(COMMIT);
            assertThatExceptionOfType(OutcomeUnknown.class)
                    .isThrownBy(() -> storage.commit(Jobs.put(null, JOB.id(), "v1", "{}")));
            assertThat(version(storage)).as("it took effect").isEqualTo("v1");

            proxy.cutBefore(COMMIT);
            assertThatExceptionOfType(OutcomeUnknown.class)
                    .isThrownBy(() -> storage.commit(Jobs.put("v1", JOB.id(), "v2", "{}")));
            assertThat(version(storage)).as("it did not").isEqualTo("v1");

            assertThat(storage.commit(Jobs.put("v1", JOB.id(), "v3", "{}"))).isEqualTo(CommitResult.APPLIED);
            assertThat(proxy.cuts()).isEqualTo(2);
        }
    }

    @Test
    void shouldSayThatNothingWasWrittenWhenTheConnectionDiesBeforeTheCommit() {
        try (JdbcStorage storage = JdbcStorage.postgres(proxied())) {
            storage.commit(Jobs.put(null, JOB.id(), "v1", "{}"));
            for (String request : List.of("FOR UPDATE", "UPDATE gpupool_record")) {
                proxy.cutAfter(request);
                assertThatExceptionOfType(StorageUnavailable.class)
                        .as(request)
                        .isThrownBy(() -> storage.commit(Jobs.put("v1", JOB.id(), "v2", "{}")))
                        .isNotInstanceOf(OutcomeUnknown.class)
                        .withMessageContaining("does not take writes");
                assertThat(version(storage)).isEqualTo("v1");
            }
            assertThat(storage.commit(Jobs.put("v1", JOB.id(), "v2", "{}"))).isEqualTo(CommitResult.APPLIED);
        }
    }

    @Test
    void shouldFindOutWhatBecameOfEachWriteWhoseAnswerWasLost() throws Exception {
        ConcurrentLinkedQueue<PoolEvent> events = new ConcurrentLinkedQueue<>();
        try (JdbcStorage storage = JdbcStorage.postgres(proxied());
                GpuPool pool = GpuPool.builder().storage(storage).build().start()) {
            pool.addListener(events::add);
            for (int i = 0; i < 6; i++) {
                if (i % 2 == 0) {
                    proxy.cutAfter(COMMIT);
                } else {
                    proxy.cutBefore(COMMIT);
                }
                JobHandle job =
                        pool.submit(JobRequest.handler("train").key("k" + i).build());
                assertThat(job.info().state()).isEqualTo(JobState.QUEUED);
                assertThat(pool.submit(JobRequest.handler("train").key("k" + i).build())
                                .id())
                        .isEqualTo(job.id());
            }
            assertThat(proxy.cuts()).isGreaterThanOrEqualTo(6);
            pool.workers().local(WorkerSpec.named("box").build(), job -> "1");
            for (int i = 0; i < 6; i++) {
                proxy.cutAfter(COMMIT);
                assertThat(pool.submit(JobRequest.handler("train").key("k" + i).build())
                                .result()
                                .get(60, TimeUnit.SECONDS)
                                .json())
                        .isEqualTo("1");
            }
        }
        assertThat(events).anyMatch(event -> event.type() == PoolEvent.Type.OUTCOME_APPLIED);
        assertThat(events).anyMatch(event -> event.type() == PoolEvent.Type.OUTCOME_NOT_APPLIED);
        assertThat(events.stream().filter(event -> event.type() == PoolEvent.Type.JOB_SUCCEEDED))
                .hasSize(6)
                .extracting(PoolEvent::jobId)
                .doesNotHaveDuplicates();
    }

    @Test
    void shouldGiveUpAStatementThatTheServerGivesUpAndLoseNothing() throws Exception {
        PGSimpleDataSource source = (PGSimpleDataSource) space.source();
        source.setOptions("-c statement_timeout=300");
        try (JdbcStorage storage = JdbcStorage.postgres(source);
                Connection holder = space.source().getConnection()) {
            storage.commit(Jobs.put(null, JOB.id(), "v1", "{}"));
            holder.setAutoCommit(false);
            holder.createStatement().execute("SELECT * FROM gpupool_record FOR UPDATE");
            assertThatExceptionOfType(StorageUnavailable.class)
                    .isThrownBy(() -> storage.commit(Jobs.put("v1", JOB.id(), "v2", "{}")))
                    .isNotInstanceOf(OutcomeUnknown.class)
                    .withMessageContaining("statement timeout");
            assertThat(version(storage)).isEqualTo("v1");
            holder.rollback();
            assertThat(storage.commit(Jobs.put("v1", JOB.id(), "v2", "{}"))).isEqualTo(CommitResult.APPLIED);
        }
    }

    @Test
    void shouldSayThatTheHostsConnectionsAreAllInUse() throws Exception {
        HikariConfig config = new HikariConfig();
        config.setDataSource(space.source());
        config.setMaximumPoolSize(1);
        config.setConnectionTimeout(300);
        try (HikariDataSource pooled = new HikariDataSource(config);
                JdbcStorage storage = JdbcStorage.postgres(pooled)) {
            storage.commit(Jobs.put(null, JOB.id(), "v1", "{}"));
            try (Connection taken = pooled.getConnection()) {
                assertThat(taken.isValid(5)).isTrue();
                assertThatExceptionOfType(StorageUnavailable.class)
                        .isThrownBy(() -> storage.commit(Jobs.put("v1", JOB.id(), "v2", "{}")))
                        .withMessageContaining("Connection is not available");
            }
            assertThat(version(storage)).isEqualTo("v1");
            assertThat(storage.commit(Jobs.put("v1", JOB.id(), "v2", "{}"))).isEqualTo(CommitResult.APPLIED);
        }
    }

    @Test
    void shouldSayThatTheDatabaseIsForReadingOnly() throws Exception {
        JdbcStorage.postgres(space.source()).close();
        PGSimpleDataSource source = (PGSimpleDataSource) space.source();
        source.setOptions("-c default_transaction_read_only=on");
        try (JdbcStorage storage = JdbcStorage.migratedPostgres(source)) {
            assertThatExceptionOfType(StorageUnavailable.class)
                    .isThrownBy(() -> storage.commit(Jobs.put(null, JOB.id(), "v1", "{}")))
                    .isNotInstanceOf(OutcomeUnknown.class)
                    .withMessageContaining("read-only transaction");
            assertThat(version(storage)).isEqualTo("none");
        }
    }

    @Test
    void shouldNameTheRightThatIsMissing() throws SQLException {
        JdbcStorage.postgres(space.source()).close();
        String user = space.name() + "_guest";
        DataSource owner = space.source();
        Servers.execute(owner, "CREATE ROLE " + user + " LOGIN");
        Servers.execute(owner, "GRANT USAGE ON SCHEMA " + space.name() + " TO " + user);
        PGSimpleDataSource source = (PGSimpleDataSource) space.source();
        source.setUser(user);
        try {
            assertThatExceptionOfType(StorageUnavailable.class)
                    .isThrownBy(() -> JdbcStorage.migratedPostgres(source))
                    .withMessageContaining("permission denied");
        } finally {
            Servers.execute(owner, "DROP OWNED BY " + user + "; DROP ROLE " + user);
        }
    }
}
