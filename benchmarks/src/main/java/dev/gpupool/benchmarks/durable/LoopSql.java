package dev.gpupool.benchmarks.durable;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The statements of the loop, each for any number of rows of the pool's own table. */
final class LoopSql {
    private static final String ROWS =
            "unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[])"
                    + " AS n(kind, id, tenant, version, state, sort_key, body)";
    private static final String INSERT =
            "INSERT INTO gpupool_record SELECT kind, id, tenant, version, state, sort_key, body::jsonb FROM " + ROWS;
    private static final String UPDATE =
            "UPDATE gpupool_record r SET tenant = n.tenant, version = n.version, state = n.state,"
                    + " sort_key = n.sort_key, body = n.body::jsonb FROM " + ROWS
                    + " WHERE r.kind = n.kind AND r.id = n.id";
    private static final String NEXT =
            "SELECT id, body FROM gpupool_record WHERE kind = 'JOB' AND state >= 'Q' AND state < 'R'"
                    + " ORDER BY state, sort_key, id LIMIT ? FOR UPDATE SKIP LOCKED";

    private LoopSql() {}

    static void insert(Connection connection, List<LoopRow> rows) throws SQLException {
        write(connection, INSERT, rows);
    }

    static void update(Connection connection, List<LoopRow> rows) throws SQLException {
        write(connection, UPDATE, rows);
    }

    private static void write(Connection connection, String sql, List<LoopRow> rows) throws SQLException {
        if (rows.isEmpty()) {
            return;
        }
        List<Function<LoopRow, String>> columns = List.of(
                LoopRow::kind,
                LoopRow::id,
                LoopRow::tenant,
                LoopRow::version,
                LoopRow::state,
                LoopRow::sortKey,
                LoopRow::body);
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < columns.size(); i++) {
                String[] values = rows.stream().map(columns.get(i)).toArray(String[]::new);
                statement.setArray(i + 1, connection.createArrayOf("text", values));
            }
            int written = statement.executeUpdate();
            if (written != rows.size()) {
                throw new SQLException("wrote " + written + " rows of " + rows.size());
            }
        }
    }

    /** Locks the first queued jobs that nobody else has locked; their numbers. */
    static List<Long> next(Connection connection, int most) throws SQLException {
        List<Long> numbers = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(NEXT)) {
            select.setInt(1, most);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    numbers.add(LoopRow.number(rows.getString(1)));
                }
            }
        }
        return numbers;
    }
}
