package dev.gpupool.storage.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connections for one call each. Those of the host's {@code DataSource} are given back at once, since the host pools
 * them or wants them closed; those that this adapter opened are kept for the next call. Safe for use by many threads.
 */
final class Connections {
    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);
    private static final int KEPT = 4;

    /** What is done with a connection. */
    interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    private final DataSource source;
    private final Dialect dialect;
    private final boolean ours;
    private final ArrayDeque<Connection> idle = new ArrayDeque<>();
    private boolean closed;

    Connections(DataSource source, Dialect dialect, boolean ours) {
        this.source = source;
        this.dialect = dialect;
        this.ours = ours;
    }

    <T> T with(Work<T> work) throws SQLException {
        Connection connection = borrow();
        boolean healthy = false;
        try {
            T result = work.on(connection);
            healthy = true;
            return result;
        } finally {
            giveBack(connection, healthy);
        }
    }

    private Connection borrow() throws SQLException {
        Connection kept = kept();
        if (kept != null) {
            return kept;
        }
        Connection opened = source.getConnection();
        if (ours) {
            dialect.opened(opened);
        } else if (!opened.getAutoCommit()) {
            close(opened);
            throw new SQLException(
                    "the DataSource gave a connection that is in a transaction of somebody else's, or would"
                            + " begin one by itself: give the pool a DataSource whose connections commit by themselves");
        }
        return opened;
    }

    private synchronized @Nullable Connection kept() {
        return idle.poll();
    }

    private void giveBack(Connection connection, boolean healthy) {
        synchronized (this) {
            if (ours && healthy && !closed && idle.size() < KEPT) {
                idle.push(connection);
                return;
            }
        }
        close(connection);
    }

    private static void close(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.debug("a connection does not close", e);
        }
    }

    void close() {
        ArrayDeque<Connection> left;
        synchronized (this) {
            closed = true;
            left = new ArrayDeque<>(idle);
            idle.clear();
        }
        left.forEach(Connections::close);
    }
}
