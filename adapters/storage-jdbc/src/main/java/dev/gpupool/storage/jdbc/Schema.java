package dev.gpupool.storage.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import java.util.regex.Pattern;

/** The tables: made when they are not there, and looked at before they are used. */
final class Schema {
    /** The format of the records that this version reads and writes. */
    static final int FORMAT = 1;

    private static final Pattern END = Pattern.compile(";\\s*\\n");

    /** https://www.postgresql.org/docs/current/errcodes-appendix.html; other databases have their tables made. */
    private static final String UNDEFINED_TABLE = "42P01";

    private Schema() {}

    /** The statements that make the tables, each of which does nothing where it was done before. */
    static String ddl(Dialect dialect) {
        String name = dialect.name() + ".sql";
        try (InputStream in = Schema.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("the resource " + name + " cannot be read", e);
        }
    }

    static void create(Connection connection, Dialect dialect) throws SQLException {
        dialect.begin(connection);
        try (Statement statement = connection.createStatement()) {
            dialect.alone(statement);
            for (String sql : END.split(ddl(dialect), -1)) {
                if (!sql.isBlank()) {
                    statement.execute(sql);
                }
            }
        } catch (SQLException e) {
            dialect.rollback(connection);
            throw e;
        }
        dialect.commit(connection);
    }

    /** Refuses a database of another format, or without tables. */
    static void check(Connection connection, Dialect dialect) throws SQLException {
        int format;
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT max(format) FROM gpupool_format")) {
            format = rows.next() ? rows.getInt(1) : 0;
        } catch (SQLException e) {
            if (!UNDEFINED_TABLE.equals(e.getSQLState())) {
                throw e;
            }
            throw new IllegalStateException(
                    "the tables of the pool are not there: run " + dialect.name()
                            + ".sql of this library with your migration tool, or let it create them; the database says: "
                            + e.getMessage(),
                    e);
        }
        if (format != FORMAT) {
            throw new IllegalStateException(
                    "the database has format " + format + ", and this version of the library has " + FORMAT
                            + ": use the version that wrote it, or one that migrates it");
        }
    }
}
