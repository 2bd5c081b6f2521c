package dev.gpupool.benchmarks.durable;

import dev.gpupool.GpuPool;
import dev.gpupool.JobRequest;
import dev.gpupool.Requirements;
import dev.gpupool.SystemClock;
import dev.gpupool.storage.jdbc.JdbcStorage;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.TreeMap;

/**
 * A queue of many jobs. The pool submits one of each kind, and SQL copies its row under other ids, ages and versions:
 * what the pool would have written, in seconds instead of minutes.
 */
final class MillionFill {
    private static final int URGENT = 10;
    private static final String POSTGRES = """
            INSERT INTO gpupool_record
            SELECT kind, 'j' || lpad(to_hex(?::bigint + g), 32, '0'), tenant, version || '-' || g, state,
              left(sort_key, 5) || lpad(((body->'doc'->>'age')::bigint + g)::text, 17, '0'),
              jsonb_set(jsonb_set(jsonb_set(body, '{doc,id}', to_jsonb('j' || lpad(to_hex(?::bigint + g), 32, '0'))),
                '{doc,age}', to_jsonb((body->'doc'->>'age')::bigint + g)), '{doc,jobKey}', to_jsonb('k' || g))
            FROM gpupool_record, generate_series(1, ?) g WHERE kind = 'JOB' AND id = ?
            """;
    private static final String SQLITE = """
            WITH RECURSIVE series(g) AS (SELECT 1 UNION ALL SELECT g + 1 FROM series WHERE g < ?3)
            INSERT INTO gpupool_record
            SELECT kind, 'j' || printf('%032x', ?1 + g), tenant, version || '-' || g, state,
              substr(sort_key, 1, 5) || printf('%017d', json_extract(body, '$.doc.age') + g),
              json_set(body, '$.doc.id', 'j' || printf('%032x', ?2 + g),
                '$.doc.age', json_extract(body, '$.doc.age') + g, '$.doc.jobKey', 'k' || g)
            FROM gpupool_record, series WHERE kind = 'JOB' AND id = ?4
            """;

    private final boolean sqlite;
    private final String url;

    MillionFill(boolean sqlite, String url) {
        this.sqlite = sqlite;
        this.url = url;
    }

    /**
     * Fills an empty storage.
     *
     * @param storage over the same database, closed by this
     * @param unplaceable how many, of a higher priority, ask for a label that no worker has
     * @param placeable how many ask for nothing
     */
    void fill(JdbcStorage storage, int unplaceable, int placeable) throws SQLException {
        TreeMap<String, Integer> copies = new TreeMap<>();
        try (SystemClock clock = SystemClock.create("fill");
                GpuPool pool =
                        GpuPool.builder().storage(storage).clock(clock).build().start()) {
            Requirements nowhere = new Requirements(null, null, 0, 0, Map.of("place", "nowhere"));
            copies.put(
                    pool.submit(JobRequest.handler("train")
                                    .requirements(nowhere)
                                    .priority(URGENT)
                                    .build())
                            .id(),
                    unplaceable - 1);
            copies.put(pool.submit(JobRequest.handler("train").build()).id(), placeable - 1);
        }
        storage.close();
        try (Connection connection = DriverManager.getConnection(url)) {
            long from = 1;
            for (var job : copies.entrySet()) {
                copy(connection, job.getKey(), job.getValue(), from);
                from += job.getValue();
            }
            // A queue that grows so long has been analysed on its way.
            try (Statement statement = connection.createStatement()) {
                statement.execute("ANALYZE");
            }
        }
    }

    private void copy(Connection connection, String id, int times, long from) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(sqlite ? SQLITE : POSTGRES)) {
            insert.setLong(1, from);
            insert.setLong(2, from);
            insert.setInt(3, times);
            insert.setString(4, id);
            int copied = insert.executeUpdate();
            if (copied != times) {
                throw new SQLException("copied " + copied + " jobs instead of " + times);
            }
        }
    }
}
