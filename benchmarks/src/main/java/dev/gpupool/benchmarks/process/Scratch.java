package dev.gpupool.benchmarks.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A folder of one run, gone with it. */
public record Scratch(Path folder) implements AutoCloseable {
    /** Makes an empty one. */
    public static Scratch create() throws IOException {
        return new Scratch(Files.createTempDirectory("gpupool"));
    }

    @Override
    public void close() throws IOException {
        List<Path> files;
        try (Stream<Path> walk = Files.walk(folder)) {
            files = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : files) {
            Files.deleteIfExists(file);
        }
    }
}
