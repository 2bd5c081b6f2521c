package dev.gpupool.storage.jdbc;

import dev.gpupool.spi.storage.Query;
import dev.gpupool.spi.storage.RecordKey;
import dev.gpupool.spi.storage.StoredRecord;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;

/**
 * What differs between databases. The methods here do with plain SQL, a row at a time; a dialect replaces what its
 * database does better, or not at all.
 */
abstract class Dialect {
    private static final String COLUMNS = "kind, id, tenant, version, state, sort_key, body";

    /** The name under which it is told, and of the resource with its tables. */
    abstract String name();

    /** Begins a transaction in which what {@link #versions} says stays true until its end. */
    abstract void begin(Connection connection) throws SQLException;

    void commit(Connection connection) throws SQLException {
        connection.commit();
    }

    void rollback(Connection connection) throws SQLException {
        connection.rollback();
    }

    /** What is appended to a query whose rows may not change until the transaction ends. */
    String forUpdate() {
        return "";
    }

    /** How a body is bound, such as a cast. */
    String bodyParameter() {
        return "?";
    }

    /** Keeps other hosts from making tables at the same time, until the transaction ends. */
    void alone(Statement statement) throws SQLException {}

    /** Hints between the handles of one database. */
    ChangeFeed feed(Connections connections) {
        return ChangeFeed.NONE;
    }

    /** Prepares a connection that this adapter opened. */
    void opened(Connection connection) throws SQLException {}

    /** Whether a failed call surely took no effect, though its transaction may have been asked to commit. */
    boolean surelyNot(SQLException failure) {
        return rolledBack(failure);
    }

    /** Whether there is no room. */
    boolean full(SQLException failure) {
        return state(failure).startsWith("53100");
    }

    /** Whether the same transaction may go through at once: it met another one. */
    boolean again(SQLException failure) {
        return rolledBack(failure);
    }

    private static boolean rolledBack(SQLException failure) {
        String state = state(failure);
        return state.startsWith("40") && !state.equals("40003"); // statement completion unknown
    }

    static String state(SQLException failure) {
        return failure.getSQLState() == null ? "" : failure.getSQLState();
    }

    /** The versions of the records that exist, which stay so until the transaction ends. */
    Map<RecordKey, String> versions(Connection connection, SortedSet<RecordKey> keys) throws SQLException {
        TreeMap<RecordKey, String> versions = new TreeMap<>();
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT version FROM gpupool_record WHERE kind = ? AND id = ?" + forUpdate())) {
            for (RecordKey key : keys) {
                select.setString(1, key.kind().name());
                select.setString(2, key.id());
                try (ResultSet rows = select.executeQuery()) {
                    if (rows.next()) {
                        versions.put(key, rows.getString(1));
                    }
                }
            }
        }
        return versions;
    }

    /** Adds records; whether none of them was there. */
    boolean insert(Connection connection, List<StoredRecord> records) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO gpupool_record (" + COLUMNS
                + ") VALUES (?, ?, ?, ?, ?, ?, " + bodyParameter() + ") ON CONFLICT DO NOTHING")) {
            int added = 0;
            for (StoredRecord record : records) {
                insert.setString(1, record.key().kind().name());
                insert.setString(2, record.key().id());
                insert.setString(3, record.tenant());
                insert.setString(4, record.version());
                insert.setString(5, record.state());
                insert.setString(6, record.sortKey());
                insert.setString(7, body(record));
                added += insert.executeUpdate();
            }
            return added == records.size();
        }
    }

    void update(Connection connection, List<StoredRecord> records) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE gpupool_record SET tenant = ?, version = ?,"
                + " state = ?, sort_key = ?, body = " + bodyParameter() + " WHERE kind = ? AND id = ?")) {
            for (StoredRecord record : records) {
                update.setString(1, record.tenant());
                update.setString(2, record.version());
                update.setString(3, record.state());
                update.setString(4, record.sortKey());
                update.setString(5, body(record));
                update.setString(6, record.key().kind().name());
                update.setString(7, record.key().id());
                update.executeUpdate();
            }
        }
    }

    /** Adds some records and changes others; whether none of those added was there. */
    boolean write(Connection connection, List<StoredRecord> added, List<StoredRecord> changed) throws SQLException {
        if (!added.isEmpty() && !insert(connection, added)) {
            return false;
        }
        if (!changed.isEmpty()) {
            update(connection, changed);
        }
        return true;
    }

    void delete(Connection connection, List<RecordKey> keys) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("DELETE FROM gpupool_record WHERE kind = ? AND id = ?")) {
            for (RecordKey key : keys) {
                delete.setString(1, key.kind().name());
                delete.setString(2, key.id());
                delete.executeUpdate();
            }
        }
    }

    /** Keeps others from adding records until the transaction ends; whether none of them was there. */
    boolean guard(Connection connection, List<RecordKey> absent) throws SQLException {
        return true;
    }

    /** In one statement, since it must see one moment. */
    List<StoredRecord> find(Connection connection, Set<RecordKey> keys) throws SQLException {
        List<StoredRecord> records = new ArrayList<>();
        String pairs = String.join(", ", Collections.nCopies(keys.size(), "(?, ?)"));
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT " + COLUMNS + " FROM gpupool_record WHERE (kind, id) IN (VALUES " + pairs + ")")) {
            int at = 1;
            for (RecordKey key : keys) {
                select.setString(at++, key.kind().name());
                select.setString(at++, key.id());
            }
            try (ResultSet rows = select.executeQuery()) {
                Rows.addAll(records, rows, this);
            }
        }
        return records;
    }

    List<StoredRecord> scan(Connection connection, Query query, int limit) throws SQLException {
        return Rows.scan(connection, "SELECT " + COLUMNS + " FROM gpupool_record", query, limit, this);
    }

    /** The body as this database takes it. */
    String body(StoredRecord record) {
        return new String(record.body().json(), java.nio.charset.StandardCharsets.UTF_8);
    }

    /** The body as it was given. */
    String given(String stored) {
        return stored;
    }
}
