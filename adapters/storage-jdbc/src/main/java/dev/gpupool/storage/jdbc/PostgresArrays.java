package dev.gpupool.storage.jdbc;

import dev.gpupool.spi.storage.RecordKey;
import dev.gpupool.spi.storage.StoredRecord;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/** Many rows as the parameters of one statement: an array of text for each column. */
final class PostgresArrays {
    /** How many parameters the rows of one statement are. */
    static final int COLUMNS = 7;

    private PostgresArrays() {}

    /** Kind and id. */
    static void bind(PreparedStatement statement, Collection<RecordKey> keys) throws SQLException {
        set(statement, 1, keys, key -> key.kind().name());
        set(statement, 2, keys, RecordKey::id);
    }

    /** Kind, id, tenant, version, state, sort key, and the body as the database takes it, from a parameter on. */
    static void bindRows(
            PreparedStatement statement, int first, List<StoredRecord> records, Function<StoredRecord, String> body)
            throws SQLException {
        int at = first;
        set(statement, at++, records, record -> record.key().kind().name());
        set(statement, at++, records, record -> record.key().id());
        set(statement, at++, records, StoredRecord::tenant);
        set(statement, at++, records, StoredRecord::version);
        set(statement, at++, records, StoredRecord::state);
        set(statement, at++, records, StoredRecord::sortKey);
        set(statement, at, records, body);
    }

    private static <T> void set(
            PreparedStatement statement, int parameter, Collection<T> values, Function<T, String> column)
            throws SQLException {
        // As an array of strings, not of objects, the driver sends it in binary form, which nobody need escape or
        // parse.
        String[] texts = values.stream().map(column).toArray(String[]::new);
        statement.setArray(parameter, statement.getConnection().createArrayOf("text", texts));
    }
}
