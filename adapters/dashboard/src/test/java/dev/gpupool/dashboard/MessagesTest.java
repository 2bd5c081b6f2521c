package dev.gpupool.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.JobState;
import dev.gpupool.quota.Metering;
import dev.gpupool.quota.QuotaLevel;
import dev.gpupool.status.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Both languages say the same things, and nothing is said in the code. */
class MessagesTest {
    private static final Path PAGE =
            Path.of(System.getProperty("basedir", "."), "src/main/resources/dev/gpupool/dashboard/page");
    private static final Pattern MESSAGE = Pattern.compile("^  \"([^\"]+)\": \"(.*)\",$", Pattern.MULTILINE);
    private static final Pattern USED = Pattern.compile("\\bt\\(\\s*'([\\w.]+)'");
    private static final Pattern STARTED = Pattern.compile("\\bt\\(`([\\w.-]+?)\\$\\{");
    private static final Pattern HOLE = Pattern.compile("\\{(\\w+)}");

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static TreeMap<String, String> messages(String language) {
        TreeMap<String, String> messages = new TreeMap<>();
        MESSAGE.matcher(read(PAGE.resolve("messages." + language + ".js")))
                .results()
                .forEach(found -> assertThat(messages.put(found.group(1), found.group(2)))
                        .as(found.group(1))
                        .isNull());
        return messages;
    }

    private static List<Path> code() throws IOException {
        try (Stream<Path> files = Files.list(PAGE)) {
            return files.filter(file -> file.toString().endsWith(".js")
                            && !file.getFileName().toString().startsWith("messages."))
                    .sorted()
                    .toList();
        }
    }

    private static TreeSet<String> holes(String text) {
        TreeSet<String> holes = new TreeSet<>();
        HOLE.matcher(text).results().map(found -> found.group(1)).forEach(holes::add);
        return holes;
    }

    @Test
    void shouldSayTheSameThingsInBothLanguages() {
        TreeMap<String, String> english = messages("en");
        TreeMap<String, String> portuguese = messages("pt-BR");
        assertThat(english).hasSizeGreaterThan(150);
        assertThat(portuguese.keySet()).isEqualTo(english.keySet());
        english.forEach((key, text) ->
                assertThat(holes(portuguese.getOrDefault(key, ""))).as(key).isEqualTo(holes(text)));
    }

    @Test
    void shouldHaveAWordForEverythingThatThePoolCanSay() {
        TreeSet<String> needed = new TreeSet<>();
        Arrays.stream(Reason.Code.values()).forEach(code -> needed.add("reason." + code));
        Arrays.stream(JobState.values()).forEach(state -> needed.add("job." + state));
        Arrays.stream(QuotaLevel.values()).forEach(level -> needed.add("level." + level));
        Arrays.stream(Metering.values()).forEach(metering -> needed.add("metering." + metering));
        assertThat(messages("en").keySet()).containsAll(needed);
    }

    @Test
    void shouldUseOnlyMessagesThatThereAreAndAllOfThem() throws IOException {
        TreeSet<String> known = new TreeSet<>(messages("en").keySet());
        TreeSet<String> unused = new TreeSet<>(known);
        assertThat(code()).hasSizeGreaterThan(10);
        for (Path file : code()) {
            String text = read(file);
            USED.matcher(text).results().map(found -> found.group(1)).forEach(key -> {
                assertThat(known).as(file.toString()).contains(key);
                unused.remove(key);
            });
            STARTED.matcher(text).results().map(found -> found.group(1)).forEach(start -> {
                assertThat(known.stream().filter(key -> key.startsWith(start)))
                        .as(file + " " + start)
                        .isNotEmpty();
                unused.removeIf(key -> key.startsWith(start));
            });
        }
        // Chosen by a condition: 'timeline.plan.best' : 'timeline.plan.is'.
        unused.removeIf(key -> key.startsWith("timeline.plan."));
        assertThat(unused).isEmpty();
    }

    /** Text between the tags of the page comes from t(...), from data, or is a sign. */
    @Test
    void shouldHoldNoTextInTheCode() throws IOException {
        Pattern children = Pattern.compile("[,(\\[]\\s*(['`])((?:(?!\\1).)*)\\1\\s*(?=[,)\\]])");
        Pattern sentence = Pattern.compile("(^|[^\\w$.{-])[A-Z][a-z]+ [a-z]|[a-z]{2,} [a-z]{2,} [a-z]{2,}");
        TreeSet<String> found = new TreeSet<>();
        int strings = 0;
        for (Path file : code()) {
            String text = read(file).replaceAll("(?m)^\\s*(//|\\*|/\\*).*$", "");
            for (MatchResult match : children.matcher(text).results().toList()) {
                strings++;
                if (sentence.matcher(match.group(2)).find()) {
                    found.add(file.getFileName() + ": " + match.group(2));
                }
            }
        }
        assertThat(strings).isGreaterThan(200);
        assertThat(found).isEmpty();
    }
}
