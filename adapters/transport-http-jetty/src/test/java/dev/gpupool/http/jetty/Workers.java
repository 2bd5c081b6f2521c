package dev.gpupool.http.jetty;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Real workers as processes of this machine, each in a folder of its own. */
final class Workers implements AutoCloseable {
    private static final Path ROOT = Path.of(System.getProperty("basedir", "."), "..", "..")
            .toAbsolutePath()
            .normalize();

    private final Path folder;
    private final List<Worker> all = new ArrayList<>();

    Workers(Path folder) {
        this.folder = folder;
    }

    /** One process. */
    record Worker(Process process, Path folder) {
        String log() {
            try {
                return Files.readString(folder.resolve("log"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** The machine is gone with all that was on it. */
        void killAndLoseItsDisk() throws IOException {
            kill();
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        }

        void kill() {
            process.destroyForcibly();
            process.onExit().join();
        }
    }

    /** Whether this machine has what real workers need. */
    static boolean canRun() {
        try {
            return new ProcessBuilder("python3", "--version").start().waitFor(10, TimeUnit.SECONDS);
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Runs all cells of a notebook with only the seed's two values set. */
    Worker notebook(String name, byte[] notebook, String account, String worker, Map<String, String> environment)
            throws IOException {
        Path own = Files.createDirectories(folder.resolve(name));
        Files.write(own.resolve("notebook.ipynb"), notebook);
        return start(
                own,
                List.of(
                        "python3",
                        "-u",
                        ROOT.resolve("examples/notebooks/run_notebook.py").toString(),
                        "notebook.ipynb",
                        "ACCOUNT_EMAIL=" + account,
                        "WORKER_NAME=" + worker),
                environment);
    }

    /** The worker in shell and curl. */
    Worker curl(String name, String url, String token) throws IOException {
        return start(
                Files.createDirectories(folder.resolve(name)),
                List.of("bash", ROOT.resolve("examples/curl-worker/worker.sh").toString()),
                Map.of(
                        "GPUPOOL_URL", url,
                        "GPUPOOL_TOKEN", token,
                        "GPUPOOL_WORKER_NAME", name,
                        "GPUPOOL_ACCOUNT", name));
    }

    private Worker start(Path own, List<String> command, Map<String, String> environment) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(own.toFile())
                .redirectErrorStream(true)
                .redirectOutput(own.resolve("log").toFile());
        builder.environment().put("HOME", own.toString());
        // Where a notebook's agent marks when its machine's session began: each is a machine of its own here.
        builder.environment().put("TMPDIR", own.toString());
        builder.environment().putAll(environment);
        Worker worker = new Worker(builder.start(), own);
        all.add(worker);
        return worker;
    }

    @Override
    public void close() {
        all.forEach(Worker::kill);
    }
}
