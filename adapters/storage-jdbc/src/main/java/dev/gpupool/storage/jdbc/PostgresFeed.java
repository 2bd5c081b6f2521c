package dev.gpupool.storage.jdbc;

import dev.gpupool.spi.storage.ChangeListener;
import dev.gpupool.spi.storage.RecordKey;
import dev.gpupool.spi.storage.RecordKind;
import dev.gpupool.spi.storage.Watch;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears by LISTEN what other handles wrote, on a connection and a thread of its own. While the connection is away hints
 * are lost, which is said once it is back.
 */
final class PostgresFeed implements Watch, Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresFeed.class);
    private static final int LOOK_MILLIS = 500;
    private static final int LOOKS_UNTIL_PROBED = 60;
    private static final long PAUSE_MILLIS = 1_000;
    private static final long PROBE_SECONDS = 15;
    private static final long END_SECONDS = 5;

    private final Connections connections;
    private final PostgresNotifier notifier;
    private final ChangeListener listener;
    private final Thread thread = new Thread(this, "gpupool-postgres-feed");
    private final CountDownLatch closed = new CountDownLatch(1);
    private final CompletableFuture<Boolean> works = new CompletableFuture<>();

    /**
     * Sets up a feed.
     *
     * @param notifier of the same handle, whose words are not news
     */
    PostgresFeed(Connections connections, PostgresNotifier notifier, ChangeListener listener) {
        this.connections = connections;
        this.notifier = notifier;
        this.listener = listener;
        thread.setDaemon(true);
    }

    /**
     * Returns once it hears, or could not connect at its first try, which is tried again.
     *
     * @return false if it will hear nothing: the connections are not the driver's, or LISTEN does nothing, as behind a
     *     pooler that shares connections out by the transaction
     */
    boolean start() {
        thread.start();
        try {
            return works.get(PROBE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("nothing is heard", e);
            return false;
        }
    }

    @Override
    public void run() {
        boolean first = true;
        while (closed.getCount() > 0) {
            try {
                boolean again = !first;
                connections.with(connection -> {
                    listen(connection, again);
                    return true;
                });
            } catch (SQLException | RuntimeException e) {
                LOG.info("hints of changes are lost until PostgreSQL is heard again: {}", e.getMessage());
                LOG.debug("the connection that listens failed", e);
            }
            first = false;
            works.complete(true);
            pause();
        }
    }

    private void listen(Connection connection, boolean again) throws SQLException {
        if (!connection.isWrapperFor(PGConnection.class)) {
            works.complete(false);
            closed.countDown();
            return;
        }
        PGConnection postgres = connection.unwrap(PGConnection.class);
        try (Statement statement = connection.createStatement()) {
            String self = begin(statement);
            if (again) {
                tell(null);
            }
            hear(connection, postgres, self);
            statement.execute("UNLISTEN *"); // the connection may go back to the host's pool
        } catch (SQLException | RuntimeException e) {
            connection.abort(Runnable::run); // so that nobody gets one that still listens
            throw e;
        }
    }

    /** Listens; returns what this connection is called, which no other of the server is now. */
    private static String begin(Statement statement) throws SQLException {
        String channel;
        String self;
        try (ResultSet row = statement.executeQuery("SELECT pg_backend_pid(), " + PostgresNotifier.CHANNEL)) {
            row.next();
            self = row.getString(1);
            channel = row.getString(2);
        }
        statement.execute("LISTEN " + channel);
        return self;
    }

    private void hear(Connection connection, PGConnection postgres, String self) throws SQLException {
        notifier.probe(self);
        int quiet = 0;
        while (closed.getCount() > 0) {
            @Nullable PGNotification[] news = postgres.getNotifications(LOOK_MILLIS);
            if (news != null && news.length > 0) {
                quiet = 0;
                works.complete(true);
                for (PGNotification notification : news) {
                    take(notification.getParameter(), self);
                }
            } else if (!works.isDone()) {
                notifier.probe(self);
            } else if (++quiet % LOOKS_UNTIL_PROBED == 0 && !connection.isValid(10)) {
                throw new SQLException("the connection is dead");
            }
        }
    }

    private void take(String payload, String self) {
        String[] lines = payload.split("\n", -1);
        if (lines[0].equals(self)) {
            return;
        }
        for (int i = 1; i < lines.length; i++) {
            tell(key(lines[i]));
        }
    }

    /** The key of a line, or {@code null} if it tells of no single record. */
    private static @Nullable RecordKey key(String line) {
        int space = line.indexOf(' ');
        try {
            return space < 0
                    ? null
                    : new RecordKey(RecordKind.valueOf(line.substring(0, space)), line.substring(space + 1));
        } catch (IllegalArgumentException e) {
            LOG.debug("a notification that is none of ours: {}", line, e);
            return null;
        }
    }

    private void tell(@Nullable RecordKey key) {
        try {
            if (key == null) {
                listener.missed();
            } else {
                listener.changed(key);
            }
        } catch (RuntimeException e) {
            LOG.warn("a listener failed on a hint of {}", key, e);
        }
    }

    private void pause() {
        try {
            if (closed.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
                LOG.debug("the feed ends");
            }
        } catch (InterruptedException e) {
            closed.countDown();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(END_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
