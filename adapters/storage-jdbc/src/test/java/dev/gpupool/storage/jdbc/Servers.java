package dev.gpupool.storage.jdbc;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import javax.sql.DataSource;
import org.junit.jupiter.api.Assumptions;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * PostgreSQL servers that start by themselves, one of each version for the whole run; or one of the user's own, named by
 * the environment variable {@code GPUPOOL_TEST_POSTGRES}, a JDBC URL.
 */
final class Servers {
    private static final Logger LOG = LoggerFactory.getLogger(Servers.class);
    private static final TreeSet<String> FAILED = new TreeSet<>();
    private static final TreeMap<String, EmbeddedPostgres> STARTED = new TreeMap<>();
    private static final AtomicInteger SCHEMAS = new AtomicInteger();

    private Servers() {}

    private static synchronized String url(String version) throws IOException {
        String own = System.getenv("GPUPOOL_TEST_POSTGRES");
        if (own != null) {
            return own;
        }
        EmbeddedPostgres server = STARTED.get(version);
        if (server == null) {
            server = start(version);
            STARTED.put(version, server);
        }
        return server.getJdbcUrl("postgres", "postgres");
    }

    /** Where none can be started, its tests are skipped, which the build tells. */
    private static EmbeddedPostgres start(String version) {
        Assumptions.assumeFalse(FAILED.contains(version), "PostgreSQL " + version + " does not start here");
        try {
            return EmbeddedPostgres.builder()
                    .setPgBinaryResolver((system, machine) -> binaries(version))
                    .start();
        } catch (IOException | RuntimeException e) {
            FAILED.add(version);
            LOG.warn("PostgreSQL {} does not start here", version, e);
            return Assumptions.abort("PostgreSQL " + version + " does not start here: " + e);
        }
    }

    private static InputStream binaries(String version) throws IOException {
        JarFile jar = new JarFile(
                Path.of("target/postgres/postgres-" + version + ".jar").toFile());
        ZipEntry archive = jar.stream()
                .filter(entry -> entry.getName().endsWith(".txz"))
                .findFirst()
                .orElseThrow();
        return jar.getInputStream(archive);
    }

    /** A schema of its own, empty. */
    static Space schema(String version) throws IOException, SQLException {
        String url = url(version);
        String name = "gpupool_test_" + ProcessHandle.current().pid() + "_" + SCHEMAS.incrementAndGet();
        execute(source(url, null), "CREATE SCHEMA " + name);
        return new Space(url, name);
    }

    /** A schema on a server. */
    record Space(String url, String name) {
        DataSource source() {
            return Servers.source(url, name);
        }

        /** The same as a URL. */
        String address() {
            return url + (url.indexOf('?') < 0 ? "?" : "&") + "currentSchema=" + name;
        }

        void drop() throws SQLException {
            execute(Servers.source(url, null), "DROP SCHEMA " + name + " CASCADE");
        }
    }

    private static DataSource source(String url, @org.jspecify.annotations.Nullable String schema) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(url);
        if (schema != null) {
            source.setCurrentSchema(schema);
        }
        return source;
    }

    static void execute(DataSource source, String sql) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
