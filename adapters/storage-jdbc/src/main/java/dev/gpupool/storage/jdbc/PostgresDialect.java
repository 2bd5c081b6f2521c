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
    private static final String READ_COMMITTED = "SET TRANSACTION ISOLATION LEVEL READ COMMITTED; ";

    /**
     * Rows are found by their keys whatever the planner believes. It keeps the plan of a statement that is used again and
     * again, and where it made that plan while the table was small or never analysed, each batch would read the whole
     * table until the next analysis.
     */
    private static final String SETTINGS = READ_COMMITTED
            + " SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off;"
            + " SET LOCAL enable_seqscan = off; SET LOCAL enable_material = off; ";

    private static final String KEYS = "unnest(?::text[], ?::text[]) AS k(kind, id)";
    private static final String ROWS =
            "unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[])"
                    + " AS n(kind, id, tenant, version, state, sort_key, body)";
    private static final int COLUMNS = 7;

    private static final String INSERT = "INSERT INTO gpupool_record"
            + " SELECT kind, id, tenant, version, state, sort_key, body::jsonb FROM " + ROWS
            + " ORDER BY kind COLLATE \"C\", id COLLATE \"C\" ON CONFLICT DO NOTHING";
    private static final String UPDATE = "UPDATE gpupool_record r SET tenant = n.tenant,"
            + " version = n.version, state = n.state, sort_key = n.sort_key, body = n.body::jsonb FROM " + ROWS
            + " WHERE r.kind = n.kind AND r.id = n.id";

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
        statement.execute(
                READ_COMMITTED + "SELECT pg_advisory_xact_lock(7133701809754865)"); // any number that nobody else uses
    }

    /** Locked in the order of their keys, which is the same for every host. */
    @Override
    Map<RecordKey, String> versions(Connection connection, SortedSet<RecordKey> keys) throws SQLException {
        TreeMap<RecordKey, String> versions = new TreeMap<>();
        try (PreparedStatement select = connection.prepareStatement(
                SETTINGS + "SELECT r.kind, r.id, r.version FROM " + KEYS
                        + " JOIN gpupool_record r ON r.kind = k.kind AND r.id = k.id ORDER BY r.kind, r.id FOR UPDATE OF r")) {
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
        try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            PostgresArrays.bindRows(insert, 1, records, this::body);
            return insert.executeUpdate() == records.size();
        }
    }

    @Override
    void update(Connection connection, List<StoredRecord> records) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(UPDATE)) {
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
        try (PreparedStatement both = connection.prepareStatement(INSERT + "; " + UPDATE)) {
            PostgresArrays.bindRows(both, 1, added, this::body);
            bindRows(connection, both, COLUMNS + 1, changed);
            both.execute();
            return both.getUpdateCount() == added.size();
        }
    }

    @Override
    void delete(Connection connection, List<RecordKey> keys) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(
                "DELETE FROM gpupool_record r USING " + KEYS + " WHERE r.kind = k.kind AND r.id = k.id")) {
            PostgresArrays.bind(delete, keys);
            delete.executeUpdate();
        }
    }

    /** A row that comes and goes within the transaction: another that wants to add it waits for the end. */
    @Override
    boolean guard(Connection connection, List<RecordKey> absent) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO gpupool_record"
                + " SELECT kind, id, '', '-', '', '', 'null'::jsonb FROM " + KEYS
                + " ORDER BY kind COLLATE \"C\", id COLLATE \"C\" ON CONFLICT DO NOTHING")) {
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
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT r.kind, r.id, r.tenant, r.version, r.state, r.sort_key, r.body FROM " + KEYS
                        + " JOIN gpupool_record r ON r.kind = k.kind AND r.id = k.id")) {
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
