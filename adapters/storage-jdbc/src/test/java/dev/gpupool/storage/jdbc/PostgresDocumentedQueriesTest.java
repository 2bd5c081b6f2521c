package dev.gpupool.storage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The queries for operators in docs/durable-storage.md. */
class PostgresDocumentedQueriesTest {
    private static final Pattern SQL = Pattern.compile("```sql\\n(.*?)```", Pattern.DOTALL);

    private static List<String> rows(Statement statement, String sql) throws Exception {
        List<String> rows = new ArrayList<>();
        try (ResultSet result = statement.executeQuery(sql)) {
            while (result.next()) {
                rows.add(result.getString(1) + " " + result.getString(2));
            }
        }
        return rows;
    }

    @Test
    void shouldAnswerWhatTheyAreSaidTo() throws Exception {
        List<String> queries = new ArrayList<>();
        Matcher found = SQL.matcher(Files.readString(Path.of("../../docs/durable-storage.md")));
        while (found.find()) {
            queries.add(found.group(1));
        }
        assertThat(queries).hasSize(3);
        Servers.Space space = Servers.schema("15");
        try (Connection connection = space.source().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    Files.readString(Path.of("src/test/resources/dev/gpupool/storage/jdbc/format-1-postgresql.sql")));
            assertThat(rows(statement, queries.get(0)))
                    .containsExactlyInAnyOrder("QUEUED 1", "RUNNING 1", "SUCCEEDED 1", "FAILED 1", "CANCELLED 1");
            assertThat(rows(statement, queries.get(1)))
                    .singleElement()
                    .asString()
                    .endsWith(" three");
            assertThat(rows(statement, queries.get(2)))
                    .as("the fixture is older than a week, or not")
                    .hasSizeLessThan(3);
            // Used in a quarter of an hour that is not over: part of this week, whenever the test runs.
            statement.execute("UPDATE gpupool_record SET body = jsonb_set(body, '{doc,ledger,use,0,bucket}',"
                    + " to_jsonb((extract(epoch FROM now()) / 900)::bigint)) WHERE id = 'colab/lab-one'");
            assertThat(rows(statement, queries.get(2))).contains("colab/lab-one 2.00");
        } finally {
            space.drop();
        }
    }
}
