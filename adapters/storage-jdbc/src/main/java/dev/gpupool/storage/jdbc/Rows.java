package dev.gpupool.storage.jdbc;

import dev.gpupool.spi.storage.Cursor;
import dev.gpupool.spi.storage.Query;
import dev.gpupool.spi.storage.RecordBody;
import dev.gpupool.spi.storage.RecordKey;
import dev.gpupool.spi.storage.RecordKind;
import dev.gpupool.spi.storage.StoredRecord;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Rows into records, and the question for a page of them. */
final class Rows {
    /** Above every character that a state may have. */
    private static final char BEYOND = '\u007f';

    private Rows() {}

    static void addAll(List<StoredRecord> records, ResultSet rows, Dialect dialect) throws SQLException {
        while (rows.next()) {
            RecordKey key = new RecordKey(RecordKind.valueOf(rows.getString(1)), rows.getString(2));
            byte[] body = dialect.given(rows.getString(7)).getBytes(StandardCharsets.UTF_8);
            records.add(new StoredRecord(
                    key,
                    rows.getString(3),
                    rows.getString(4),
                    rows.getString(5),
                    rows.getString(6),
                    RecordBody.ofJson(body)));
        }
    }

    static List<StoredRecord> scan(Connection connection, String select, Query query, int limit, Dialect dialect)
            throws SQLException {
        StringBuilder sql = new StringBuilder(select).append(" WHERE kind = ?");
        List<String> values = new ArrayList<>(List.of(query.kind().name()));
        if (!query.statePrefix().isEmpty()) {
            sql.append(" AND state >= ? AND state < ?");
            values.add(query.statePrefix());
            values.add(query.statePrefix() + BEYOND);
        }
        String tenant = query.tenant();
        if (tenant != null) {
            sql.append(" AND tenant = ?");
            values.add(tenant);
        }
        Cursor after = query.after();
        if (after != null) {
            sql.append(" AND (state, sort_key, id) > (?, ?, ?)");
            values.addAll(List.of(after.state(), after.sortKey(), after.id()));
        }
        sql.append(" ORDER BY state, sort_key, id LIMIT ").append(limit);
        List<StoredRecord> records = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql.toString())) {
            for (int i = 0; i < values.size(); i++) {
                statement.setString(i + 1, values.get(i));
            }
            try (ResultSet rows = statement.executeQuery()) {
                addAll(records, rows, dialect);
            }
        }
        return records;
    }
}
