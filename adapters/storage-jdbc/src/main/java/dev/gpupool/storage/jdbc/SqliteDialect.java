package dev.gpupool.storage.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * SQLite: one writer at a time for the whole file, which is all the locking that a transaction needs. Each commit is
 * synced to the disk.
 */
final class SqliteDialect extends Dialect {
    // https://www.sqlite.org/rescode.html
    private static final int BUSY = 5;
    private static final int FULL = 13;
    private static final int PRIMARY = 0xff;
    private static final int TRIES = 20;

    @Override
    String name() {
        return "sqlite";
    }

    @Override
    void opened(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA busy_timeout = 10000");
            writeAhead(statement);
            statement.execute("PRAGMA synchronous = FULL");
        }
    }

    /** Of all statements this one does not wait for its turn: it is tried again once somebody else's turn is over. */
    private static void writeAhead(Statement statement) throws SQLException {
        for (int i = 1; ; i++) {
            try {
                statement.execute("PRAGMA journal_mode = WAL");
                return;
            } catch (SQLException e) {
                if ((e.getErrorCode() & PRIMARY) != BUSY || i == TRIES) {
                    throw e;
                }
                statement.execute("BEGIN IMMEDIATE");
                statement.execute("COMMIT");
            }
        }
    }

    /** The driver's own transactions begin as readers, and fail when they turn out to write. */
    @Override
    void begin(Connection connection) throws SQLException {
        execute(connection, "BEGIN IMMEDIATE");
    }

    @Override
    void commit(Connection connection) throws SQLException {
        execute(connection, "COMMIT");
    }

    @Override
    void rollback(Connection connection) throws SQLException {
        execute(connection, "ROLLBACK");
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** A commit that fails leaves the transaction open, to be rolled back. */
    @Override
    boolean surelyNot(SQLException failure) {
        int code = failure.getErrorCode() & PRIMARY;
        return code == BUSY || code == FULL;
    }

    @Override
    boolean full(SQLException failure) {
        return (failure.getErrorCode() & PRIMARY) == FULL;
    }

    @Override
    boolean again(SQLException failure) {
        return false; // it has waited for its turn already
    }
}
