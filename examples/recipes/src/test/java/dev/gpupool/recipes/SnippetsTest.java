package dev.gpupool.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the documents show stands in a source that this build compiles and runs; what they point to is there. */
class SnippetsTest {
    private static final Path ROOT = Path.of("..", "..").normalize();
    private static final Pattern BLOCK = Pattern.compile("^```java\\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(#[^)]*)?\\)");
    private static final Pattern COMMAND =
            Pattern.compile("\\b(examples/[a-z-]+/run|benchmarks/run|testkit/[a-z-]+/run)\\b");
    private static final Pattern BENCHMARK = Pattern.compile("benchmarks/run (?!list\\b)([a-z][a-z-]+)");
    private static final Pattern ARTIFACT = Pattern.compile("<artifactId>(gpupool-[a-z-]+)</artifactId>");

    /** Documents that people read; not those that came with a tool or a build. */
    private static List<Path> documents() throws IOException {
        List<Path> found = new ArrayList<>();
        for (Path folder : List.of(ROOT, ROOT.resolve("docs"), ROOT.resolve("examples/notebooks"))) {
            try (Stream<Path> files = Files.list(folder)) {
                files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(found::add);
            }
        }
        return found;
    }

    /** Sources of tests and of examples, each without any white space. */
    private static List<String> sources() throws IOException {
        List<String> found = new ArrayList<>();
        for (String module : List.of("core", "tck", "testkit", "adapters", "benchmarks", "examples")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module))) {
                files.filter(SnippetsTest::isRun)
                        .sorted()
                        .map(SnippetsTest::read)
                        .map(SnippetsTest::bare)
                        .forEach(found::add);
            }
        }
        return found;
    }

    private static boolean isRun(Path file) {
        String path = file.toString().replace('\\', '/');
        return path.endsWith(".java") && (path.contains("/src/test/") || path.contains("/examples/"));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String bare(String text) {
        return text.replaceAll("\\s+", "");
    }

    private static List<String> matches(Pattern pattern, int group) throws IOException {
        List<String> found = new ArrayList<>();
        for (Path document : documents()) {
            Matcher matcher = pattern.matcher(read(document));
            while (matcher.find()) {
                found.add(matcher.group(group));
            }
        }
        return found;
    }

    @Test
    void shouldShowOnlyCodeThatIsCompiledAndRun() throws IOException {
        List<String> sources = sources();
        List<String> wrong = new ArrayList<>();
        int blocks = 0;
        for (Path document : documents()) {
            Matcher block = BLOCK.matcher(read(document));
            while (block.find()) {
                blocks++;
                String code = bare(block.group(1));
                if (sources.stream().noneMatch(source -> source.contains(code))) {
                    wrong.add(document + ":\n" + block.group(1));
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(blocks).isGreaterThan(40);
    }

    @Test
    void shouldLinkOnlyToWhatIsThere() throws IOException {
        List<String> wrong = new ArrayList<>();
        for (Path document : documents()) {
            Matcher link = LINK.matcher(read(document));
            while (link.find()) {
                if (!Files.exists(document.resolveSibling(link.group(1)))) {
                    wrong.add(document + ": " + link.group(1));
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void shouldNameOnlyCommandsAndArtifactsThatAreThere() throws IOException {
        assertThat(new TreeSet<>(matches(COMMAND, 1)))
                .isNotEmpty()
                .allSatisfy(command -> assertThat(ROOT.resolve(command)).isExecutable());
        String pom = read(ROOT.resolve("bom/pom.xml"));
        assertThat(new TreeSet<>(matches(ARTIFACT, 1)))
                .isNotEmpty()
                .allSatisfy(artifact -> assertThat(pom).contains("<artifactId>" + artifact + "</artifactId>"));
        List<String> sources = benchmarks();
        assertThat(new TreeSet<>(matches(BENCHMARK, 1)))
                .isNotEmpty()
                .allSatisfy(name -> assertThat(sources).anyMatch(source -> source.contains("return\"" + name + "\";")));
    }

    private static List<String> benchmarks() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT.resolve("benchmarks/src/main"))) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .map(SnippetsTest::read)
                    .map(SnippetsTest::bare)
                    .toList();
        }
    }
}
