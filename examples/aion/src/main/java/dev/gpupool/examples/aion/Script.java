package dev.gpupool.examples.aion;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a person would upload for a worker, and what its training gives. */
final class Script {
    private Script() {}

    static void into(Path folder) throws IOException {
        Files.createDirectories(folder);
        Resource.copy("worker.py", folder.resolve("worker.py"));
        Resource.copy("iris.csv", folder.resolve("iris.csv"));
    }

    /** The digest of the model that a training gives without any interruption, by this machine's Python. */
    static String uninterrupted(Path folder, Training training) {
        try {
            into(folder);
            Process process = new ProcessBuilder("python3", "worker.py", "--uninterrupted", training.toJson())
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .start();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
