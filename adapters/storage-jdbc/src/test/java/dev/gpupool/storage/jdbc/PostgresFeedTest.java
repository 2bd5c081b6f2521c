package dev.gpupool.storage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.spi.storage.ChangeListener;
import dev.gpupool.spi.storage.Changeset;
import dev.gpupool.spi.storage.RecordKey;
import dev.gpupool.spi.storage.Watch;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

class PostgresFeedTest {
    private static final String MISSED = "missed";

    /** Keeps what it hears, in order. */
    private static final class Ears implements ChangeListener {
        private final LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();

        @Override
        public void changed(RecordKey key) {
            heard.add(key.toString());
        }

        @Override
        public void missed() {
            heard.add(MISSED);
        }

        String next() throws InterruptedException {
            return String.valueOf(heard.poll(20, TimeUnit.SECONDS));
        }
    }

    private Servers.Space space;
    private JdbcStorage here;
    private JdbcStorage there;

    @BeforeEach
    void open() throws Exception {
        space = Servers.schema("18");
        here = JdbcStorage.postgres(space.address());
        there = JdbcStorage.postgres(space.source());
    }

    @AfterEach
    void close() throws SQLException {
        here.close();
        there.close();
        space.drop();
    }

    @Test
    void shouldHearWhatAnotherHandleWroteAndNotWhatItsOwnDid() throws Exception {
        Ears hears = new Ears();
        Ears other = new Ears();
        Watch one = here.watch(hears);
        Watch two = there.watch(other);

        there.commit(Jobs.insert("theirs"));
        assertThat(hears.next()).isEqualTo("JOB/theirs");
        here.commit(Jobs.insert("ours"));
        assertThat(other.next()).isEqualTo("JOB/ours");
        there.commit(Jobs.insert("ours"));
        there.commit(Jobs.insert("again"));
        assertThat(hears.next()).as("a conflict is no news").isEqualTo("JOB/again");
        assertThat(hears.heard).isEmpty();

        one.close();
        two.close();
        two.close();
    }

    @Test
    void shouldTellOfEachRecordOfALargeBatch() throws Exception {
        Ears hears = new Ears();
        List<Changeset> batch = new ArrayList<>();
        TreeSet<String> expected = new TreeSet<>();
        for (int i = 0; i < 200; i++) {
            String id = "x".repeat(200) + i;
            batch.add(Jobs.insert(id));
            expected.add("JOB/" + id);
        }
        Watch one = here.watch(hears);
        Watch two = there.watch(new Ears());

        there.commitAll(batch);
        TreeSet<String> heard = new TreeSet<>();
        while (heard.size() < expected.size()) {
            heard.add(hears.next());
        }
        assertThat(heard).isEqualTo(expected);

        one.close();
        two.close();
    }

    @Test
    void shouldSayThatItMissedSomethingOnceItHearsAgain() throws Exception {
        Ears hears = new Ears();
        Watch one = here.watch(hears);
        Watch two = there.watch(new Ears());

        Servers.execute(
                space.source(),
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'gpupool'"
                        + " AND (query LIKE 'LISTEN%' OR query LIKE '%gpupool_%md5%') AND pid <> pg_backend_pid()");
        assertThat(hears.next()).isEqualTo(MISSED);
        there.commit(Jobs.insert("after"));
        assertThat(hears.next()).isEqualTo("JOB/after");

        one.close();
        two.close();
    }

    @Test
    void shouldLeaveItToThePoolToLookWhereNothingCanBeHeard() throws Exception {
        DataSource deaf = new PGSimpleDataSource() {
            @Override
            public Connection getConnection() throws SQLException {
                Connection connection = space.source().getConnection();
                return (Connection) Proxy.newProxyInstance(
                        getClass().getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, args) -> {
                            return method.getName().equals("isWrapperFor") ? false : method.invoke(connection, args);
                        });
            }
        };
        try (JdbcStorage storage = JdbcStorage.postgres(deaf)) {
            assertThat(storage.watch(new Ears())).isSameAs(Watch.NONE);
        }
    }

    @Test
    void shouldEndItsThreadsWhenClosed() {
        Watch watch = here.watch(new Ears());
        assertThat(threads()).isPositive();
        watch.close();
        here.close();
        assertThat(threads()).isZero();
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.isAlive() && thread.getName().startsWith("gpupool-postgres"))
                .count();
    }

    @Test
    void shouldNameNoRecordWhereThereAreTooMany() {
        assertThat(PostgresNotifier.payloads("me", null)).containsExactly("me\n*");
        assertThat(PostgresNotifier.payloads("me", new TreeSet<>())).isEmpty();
    }
}
