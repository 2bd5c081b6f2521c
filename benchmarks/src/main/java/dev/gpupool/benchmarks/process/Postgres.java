package dev.gpupool.benchmarks.process;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL of this run, with {@code fsync} on, that can be killed and started again over the same data. The server
 * itself is the child, not {@code pg_ctl}, so that a kill leaves no process that nobody waits for.
 */
public final class Postgres implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final String BINARIES = "benchmarks/target/postgres/postgres.jar";

    private final Scratch scratch;
    private final Path home;
    private final int port;
    private @Nullable Process server;

    private Postgres(Scratch scratch, int port) {
        this.scratch = scratch;
        this.home = scratch.folder();
        this.port = port;
    }

    /** Unpacks the server, makes an empty database and starts it. */
    public static Postgres start() throws IOException, InterruptedException, SQLException {
        Postgres postgres = new Postgres(Scratch.create(), freePort());
        unpack(postgres.home.resolve("dist"));
        postgres.initialize();
        postgres.startAgain();
        return postgres;
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    /** Of the form that {@code JdbcStorage.postgres} takes. */
    public String url() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=postgres";
    }

    /** The server and its children end at once, as by {@code kill -9}. */
    public void kill() {
        Process running = server;
        if (running != null) {
            List<ProcessHandle> children = running.descendants().toList();
            running.destroyForcibly().onExit().join();
            children.forEach(ProcessHandle::destroyForcibly);
        }
    }

    /** Starts the server over what it had; returns once it takes connections. */
    public void startAgain() throws IOException, InterruptedException, SQLException {
        long end = System.nanoTime() + START_LIMIT.toNanos();
        Process started = launch();
        SQLException refused = null;
        while (System.nanoTime() < end) {
            try {
                DriverManager.getConnection(url()).close();
                return;
            } catch (SQLException e) {
                refused = e;
            }
            if (!started.isAlive()) {
                // The children of a killed server hold its shared memory for some milliseconds more.
                if (!log().contains("pre-existing shared memory block")) {
                    throw new IOException("PostgreSQL did not start: " + log());
                }
                started = launch();
            }
            Thread.sleep(10);
        }
        throw new IOException("PostgreSQL did not answer within " + START_LIMIT + ": " + log(), refused);
    }

    /** A new, empty database beside the others, as a URL. */
    public String database(String name) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url())) {
            connection.createStatement().execute("CREATE DATABASE " + name);
        }
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + name + "?user=postgres";
    }

    private String log() throws IOException {
        return Files.readString(home.resolve("server.log"));
    }

    private void initialize() throws IOException, InterruptedException {
        List<String> command = asNobody("initdb");
        command.addAll(List.of("-D", data(), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"));
        Path log = home.resolve("initdb.log");
        int status = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start()
                .waitFor();
        if (status != 0) {
            throw new IOException("initdb ended with " + status + ": " + Files.readString(log));
        }
    }

    private Process launch() throws IOException {
        List<String> command = asNobody("postgres");
        command.addAll(List.of("-D", data(), "-p", Integer.toString(port), "-h", "127.0.0.1"));
        command.addAll(List.of("-c", "unix_socket_directories=", "-c", "max_connections=100"));
        command.addAll(List.of("-c", "shared_buffers=256MB", "-c", "max_wal_size=4GB"));
        Process started = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("server.log").toFile())
                .start();
        server = started;
        return started;
    }

    /** PostgreSQL refuses to run as root, which CI machines often are. */
    private List<String> asNobody(String program) {
        List<String> command = new ArrayList<>();
        if (System.getProperty("user.name").equals("root")) {
            command.addAll(List.of("unshare", "-U"));
        }
        command.add(home.resolve("dist/bin").resolve(program).toString());
        return command;
    }

    private String data() {
        return home.resolve("data").toString();
    }

    private static void unpack(Path to) throws IOException {
        try (JarFile jar = new JarFile(Path.of(BINARIES).toFile())) {
            Optional<? extends ZipEntry> archive = jar.stream()
                    .filter(entry -> entry.getName().endsWith(".txz"))
                    .findFirst();
            try (InputStream packed = jar.getInputStream(archive.orElseThrow());
                    TarArchiveInputStream tar = new TarArchiveInputStream(new XZCompressorInputStream(packed))) {
                for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                    unpack(tar, entry, to.resolve(entry.getName()).normalize());
                }
            }
        }
    }

    private static void unpack(TarArchiveInputStream tar, TarArchiveEntry entry, Path file) throws IOException {
        if (entry.isDirectory()) {
            Files.createDirectories(file);
            return;
        }
        Files.createDirectories(file.getParent());
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
            return;
        }
        Files.copy(tar, file);
        if ((entry.getMode() & 0100) != 0) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    @Override
    public void close() throws IOException {
        kill();
        scratch.close();
    }
}
