package dev.gpupool.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Holds the table of {@code docs/spring-boot.md} against the metadata that editors read. */
class DocumentedPropertiesTest {
    private static final Path DOCUMENT = Path.of(System.getProperty("basedir", "."), "../../docs/spring-boot.md");
    private static final String METADATA = "META-INF/spring-configuration-metadata.json";

    @Test
    void shouldHaveEveryPropertyOfTheMetadataInTheTable() throws IOException {
        assertThat(String.join("\n", documented(false))).isEqualTo(String.join("\n", ofMetadata()));
    }

    @Test
    void shouldHaveEveryPropertyOfProvidersAndWorkersInTheTable() throws IOException {
        List<String> names = documented(true).stream()
                .map(row -> row.substring(3, row.indexOf('`', 3)))
                .toList();
        assertThat(names)
                .containsExactlyElementsOf(Stream.of(
                                names("gpupool.providers.*.", GpuPoolProperties.Provider.class),
                                names("gpupool.workers.*.", GpuPoolProperties.Worker.class))
                        .flatMap(all -> all)
                        .sorted()
                        .toList());
    }

    private static Stream<String> names(String prefix, Class<?> type) {
        return Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getName)
                .map(name -> prefix + name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT));
    }

    private static List<String> documented(boolean named) throws IOException {
        try (Stream<String> lines = Files.lines(DOCUMENT)) {
            return lines.filter(line -> line.startsWith("| `gpupool.") || line.startsWith("| `management."))
                    .filter(line -> line.contains(".*.") == named)
                    .sorted()
                    .toList();
        }
    }

    private static List<String> ofMetadata() throws IOException {
        try (InputStream metadata = Objects.requireNonNull(
                DocumentedPropertiesTest.class.getClassLoader().getResourceAsStream(METADATA))) {
            return JsonMapper.shared()
                    .readTree(metadata)
                    .get("properties")
                    .valueStream()
                    .map(DocumentedPropertiesTest::row)
                    .sorted()
                    .toList();
        }
    }

    private static String row(JsonNode property) {
        JsonNode value = property.get("defaultValue");
        return "| `" + property.get("name").asString() + "` | " + (value == null ? "" : value.asString()) + " | "
                + property.get("description").asString() + " |";
    }
}
