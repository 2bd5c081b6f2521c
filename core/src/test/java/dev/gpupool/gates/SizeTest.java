package dev.gpupool.gates;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Holds every main class of the project, in all modules, to a length that a reader can keep in mind. */
class SizeTest {
    private static final int MOST_LINES = 400;
    private static final int MOST_ADAPTER_LINES = 250;
    private static final int MOST_DIALECT_LINES = 150;

    @Test
    void shouldKeepEveryMainClassAtMostFourHundredLines() throws IOException {
        Path root = Path.of(System.getProperty("basedir", "."), "..").toRealPath();
        List<Path> sources = mainSources(root);

        assertThat(sources).hasSizeGreaterThan(40);
        assertThat(sources.stream().filter(source -> lines(source) > MOST_LINES))
                .isEmpty();
    }

    /** So that another database is an afternoon. */
    @Test
    void shouldKeepAdaptersToStorageShortAndDialectsShorter() throws IOException {
        Path root = Path.of(System.getProperty("basedir", "."), "../adapters/storage-jdbc")
                .toRealPath();
        List<Path> sources = mainSources(root);

        assertThat(sources).hasSizeGreaterThan(10);
        assertThat(sources.stream().filter(source -> lines(source) > MOST_ADAPTER_LINES))
                .isEmpty();
        List<Path> dialects = sources.stream()
                .filter(source -> source.getFileName().toString().matches(".+Dialect\\.java"))
                .toList();
        assertThat(dialects).hasSizeGreaterThan(1);
        assertThat(dialects.stream().filter(source -> lines(source) > MOST_DIALECT_LINES))
                .isEmpty();
    }

    private static List<Path> mainSources(Path root) throws IOException {
        List<Path> found = new ArrayList<>();
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                String name = folder.getFileName().toString();
                boolean built = name.equals("target") || name.equals("node_modules") || name.startsWith(".");
                return built ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (file.toString().replace('\\', '/').contains("/src/main/")
                        && file.toString().endsWith(".java")) {
                    found.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return found;
    }

    private static int lines(Path source) {
        try {
            return Files.readAllLines(source).size();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
