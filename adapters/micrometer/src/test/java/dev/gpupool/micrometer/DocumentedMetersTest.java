package dev.gpupool.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Holds the table of {@code docs/metrics.md} against what is registered. */
class DocumentedMetersTest {
    private static final Path DOCUMENT = Path.of(System.getProperty("basedir", "."), "../../docs/metrics.md");

    private final Fixtures it = new Fixtures();

    @BeforeEach
    void run() {
        it.local("box-1");
        GpuPoolMetrics.of(it.test.pool()).bindTo(it.registry);
        it.runOne();
        it.nextScrape();
        it.scrape();
    }

    @AfterEach
    void close() {
        it.test.close();
    }

    @Test
    void shouldHaveEveryMeterInTheTableAsItIsRegistered() throws IOException {
        assertThat(String.join("\n", documented())).isEqualTo(String.join("\n", registered()));
    }

    @Test
    void shouldReadSomethingFromTheTable() throws IOException {
        assertThat(documented()).hasSizeGreaterThan(30).anyMatch(row -> row.contains("`gpupool.storage.down`"));
    }

    @Test
    void shouldSayHowManySeriesAWorkerAndAnAccountAre() throws IOException {
        long worker = it.registry.getMeters().stream()
                .filter(meter -> meter.getId().getTag("worker") != null)
                .count();
        long account = it.registry.getMeters().stream()
                .filter(meter -> meter.getId().getTag("worker") == null)
                .filter(meter -> meter.getId().getTag("account") != null)
                .count();

        assertThat(Files.readString(DOCUMENT).replaceAll("\\s+", " "))
                .contains("A worker is " + worker + " series, an account " + account + ".");
    }

    private static List<String> documented() throws IOException {
        try (Stream<String> lines = Files.lines(DOCUMENT)) {
            return lines.filter(line -> line.startsWith("| `gpupool.")).sorted().toList();
        }
    }

    private List<String> registered() {
        return it.registry.getMeters().stream()
                .map(DocumentedMetersTest::row)
                .collect(Collectors.toCollection(TreeSet::new))
                .stream()
                .toList();
    }

    private static String row(Meter meter) {
        Meter.Id id = meter.getId();
        String tags = id.getTags().stream()
                .map(Tag::getKey)
                .filter(key -> !key.equals("pool"))
                .sorted()
                .map(key -> "`" + key + "`")
                .collect(Collectors.joining(", "));
        return "| `" + id.getName() + "` | " + id.getType().name().toLowerCase(Locale.ROOT) + " | "
                + Objects.requireNonNullElse(id.getBaseUnit(), "") + " | " + tags + " | " + id.getDescription() + " |";
    }
}
