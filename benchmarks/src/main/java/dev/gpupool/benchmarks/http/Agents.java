package dev.gpupool.benchmarks.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Real agents, each a process in a folder of its own, that can do the job {@code measure}. */
final class Agents implements AutoCloseable {
    private final List<Process> processes = new ArrayList<>();
    private final List<Path> logs = new ArrayList<>();

    void begin(Path folder, String name, String url, String token) throws IOException {
        Files.createDirectories(folder);
        try (InputStream script = Agents.class.getResourceAsStream("worker.py")) {
            if (script == null) {
                throw new IOException("worker.py is missing from this module");
            }
            Files.copy(script, folder.resolve("worker.py"));
        }
        ProcessBuilder builder = new ProcessBuilder("python3", "-u", "worker.py")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("agent.log").toFile());
        builder.environment()
                .putAll(Map.of(
                        "GPUPOOL_URL", url,
                        "GPUPOOL_TOKEN", token,
                        "GPUPOOL_WORKER_NAME", name,
                        "GPUPOOL_ACCOUNT", name,
                        "GPUPOOL_PROVIDER", "onprem"));
        processes.add(builder.start());
        logs.add(folder.resolve("agent.log"));
    }

    /** What they said, for when something is wrong. */
    String logs() throws IOException {
        StringBuilder all = new StringBuilder();
        for (Path log : logs) {
            all.append('\n').append(Files.readString(log));
        }
        return all.toString();
    }

    @Override
    public void close() {
        processes.forEach(Process::destroyForcibly);
    }
}
