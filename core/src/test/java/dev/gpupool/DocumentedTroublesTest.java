package dev.gpupool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.spi.worker.LeaseReport;
import dev.gpupool.spi.worker.RegistrationAnswer;
import dev.gpupool.status.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds {@code docs/troubleshooting.md} against the codes and messages that there are. */
class DocumentedTroublesTest {
    private static final Path ROOT = Path.of(System.getProperty("basedir", "."), "..");
    private static final Path DOCUMENT = ROOT.resolve("docs/troubleshooting.md");
    /** Where one literal of a message ends and the next goes on, in Java and in Python. */
    private static final Pattern SEAM = Pattern.compile("\"\\s*[+\\\\]?\\s*\"");

    @Test
    void shouldExplainEveryReasonOfAnExplanation() throws IOException {
        assertThat(codes("A job stays QUEUED")).containsExactlyInAnyOrderElementsOf(names(Reason.Code.values()));
    }

    @Test
    void shouldExplainEveryRefusalOfARegistration() throws IOException {
        assertThat(codes("A registration is refused"))
                .containsExactlyInAnyOrderElementsOf(names(RegistrationAnswer.RefusalReason.values()));
    }

    @Test
    void shouldExplainEveryKindOfFailure() throws IOException {
        assertThat(codes("A job FAILED, or ended otherwise")).containsAll(names(LeaseReport.FailureKind.values()));
    }

    @Test
    void shouldExplainEveryErrorOfTheProtocol() throws IOException {
        Pattern error = Pattern.compile("\\| \\d{3}[^|]*\\| ([^|]*)\\|.*");
        List<String> types = Files.readAllLines(ROOT.resolve("docs/protocol.md")).stream()
                .flatMap(line -> error.matcher(line)
                        .results()
                        .map(result -> result.group(1).replaceAll(", with.*", "")))
                .flatMap(cell ->
                        Pattern.compile("`([a-z-]+)`").matcher(cell).results().map(result -> result.group(1)))
                .distinct()
                .toList();
        assertThat(types).isNotEmpty();
        assertThat(section("A call is refused: 400 to 507")).contains(types);
    }

    @Test
    void shouldQuoteMessagesAsTheSourcesWriteThem() throws IOException {
        String sources = sources();
        List<String> quotes = Files.readAllLines(DOCUMENT).stream()
                .filter(line -> line.startsWith("> "))
                .map(line -> line.substring(2))
                .toList();
        assertThat(quotes).hasSizeGreaterThan(20);
        List<String> unknown = new ArrayList<>();
        for (String quote : quotes) {
            for (String part : Pattern.compile("…").split(quote, -1)) {
                if (!part.isBlank() && !sources.contains(part)) {
                    unknown.add(part);
                }
            }
        }
        assertThat(unknown).isEmpty();
    }

    /** What is in the first column of a section's table. */
    private static List<String> codes(String heading) throws IOException {
        List<String> codes = Pattern.compile("(?m)^\\| `([A-Z_]+)` \\|")
                .matcher(section(heading))
                .results()
                .map(result -> result.group(1))
                .toList();
        assertThat(codes).as(heading).isNotEmpty();
        return codes;
    }

    private static String section(String heading) throws IOException {
        String text = Files.readString(DOCUMENT);
        int begin = text.indexOf("\n## " + heading + "\n");
        assertThat(begin).as(heading).isNotNegative();
        int end = text.indexOf("\n## ", begin + 1);
        return text.substring(begin, end < 0 ? text.length() : end);
    }

    private static List<String> names(Enum<?>... values) {
        return Arrays.stream(values).map(Enum::name).toList();
    }

    /** The main code of all modules, literals that belong together in one piece. */
    private static String sources() throws IOException {
        StringBuilder all = new StringBuilder();
        for (String modules : List.of("spi", "core", "testkit", "adapters")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(modules))) {
                for (Path file : files.filter(DocumentedTroublesTest::isMain).toList()) {
                    all.append(SEAM.matcher(Files.readString(file)).replaceAll(""));
                }
            }
        }
        return all.toString();
    }

    private static boolean isMain(Path file) {
        String name = file.toString().replace('\\', '/');
        return name.contains("/src/main/") && (name.endsWith(".java") || name.endsWith("/agent.py"));
    }
}
