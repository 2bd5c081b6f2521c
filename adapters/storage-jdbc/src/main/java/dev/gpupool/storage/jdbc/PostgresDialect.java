package dev.gpupool.storage.jdbc;

import dev.gpupool.spi.storage.RecordKey;
import dev.gpupool.spi.storage.RecordKind;
import dev.gpupool.spi.storage.StoredRecord;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;

/** PostgreSQL: a batch takes a few round trips, however many records it names, with arrays as parameters. */
final class PostgresDialect extends Dialect {
    @Override
    String name() {
        return "postgresql";
    }

    @Override
    ChangeFeed feed(Connections connections) {
        return new PostgresFeeds(connections);
    }

    /** Its settings go with its first statement, which saves a round trip. */
    @Override
    void begin(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
    }

    @Override
    void commit(Connection connection) throws SQLException {
        connection.commit();
        connection.setAutoCommit(true);
    }

    @Override
    void rollback(Connection connection) throws SQLException {
        connection.rollback();
        connection.setAutoCommit(true);
    }

    @Override
    void alone(Statement statement) throws SQLException {
        statement.execute(PostgresSql.READ_COMMITTED
                + "SELECT pg_advisory_xact_lock(7133701809754865)"); // any number that nobody else uses
    }

    @Override
    Map<RecordKey, String> versions(Connection connection, SortedSet<RecordKey> keys) throws SQLException {
        TreeMap<RecordKey, String> versions = new TreeMap<>();
        try (PreparedStatement select = connection.prepareStatement(PostgresSql.LOCK)) {
            PostgresArrays.bind(select, keys);
            boolean answered = select.execute();
            while (!answered && select.getUpdateCount() >= 0) {
                answered = select.getMoreResults();
            }
            try (ResultSet rows = select.getResultSet()) {
                while (rows.next()) {
                    versions.put(
                            new RecordKey(RecordKind.valueOf(rows.getString(1)), rows.getString(2)), rows.getString(3));
                }
            }
        }
        return versions;
    }

    @Override
    boolean insert(Connection connection, List<StoredRecord> records) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(PostgresSql.INSERT)) {
            PostgresArrays.bindRows(insert, 1, records, this::body);
            return insert.executeUpdate() == records.size();
        }
    }

    @Override
    void update(Connection connection, List<StoredRecord> records) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(PostgresSql.UPDATE)) {
            PostgresArrays.bindRows(update, 1, records, this::body);
            update.executeUpdate();
        }
    }

    /** Both in one round trip. */
    @Override
    boolean write(Connection connection, List<StoredRecord> added, List<StoredRecord> changed) throws SQLException {
        if (added.isEmpty() || changed.isEmpty()) {
            return super.write(connection, added, changed);
        }
        try (PreparedStatement both = connection.prepareStatement(PostgresSql.INSERT + "; " + PostgresSql.UPDATE)) {
            PostgresArrays.bindRows(both, 1, added, this::body);
            PostgresArrays.bindRows(both, PostgresArrays.COLUMNS + 1, changed, this::body);
            both.execute();
            return both.getUpdateCount() == added.size();
        }
    }

    @Override
    void delete(Connection connection, List<RecordKey> keys) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(PostgresSql.DELETE)) {
            PostgresArrays.bind(delete, keys);
            delete.executeUpdate();
        }
    }

    /** A row that comes and goes within the transaction: another that wants to add it waits for the end. */
    @Override
    boolean guard(Connection connection, List<RecordKey> absent) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(PostgresSql.GUARD)) {
            PostgresArrays.bind(insert, absent);
            if (insert.executeUpdate() != absent.size()) {
                return false;
            }
        }
        delete(connection, absent);
        return true;
    }

    @Override
    List<StoredRecord> find(Connection connection, Set<RecordKey> keys) throws SQLException {
        List<StoredRecord> records = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(PostgresSql.FIND)) {
            PostgresArrays.bind(select, keys);
            try (ResultSet rows = select.executeQuery()) {
                Rows.addAll(records, rows, this);
            }
        }
        return records;
    }

    @Override
    String body(StoredRecord record) {
        return Jsonb.encode(super.body(record));
    }

    @Override
    String given(String stored) {
        return Jsonb.decode(stored);
    }
}
