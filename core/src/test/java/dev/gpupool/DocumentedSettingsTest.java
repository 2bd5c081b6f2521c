package dev.gpupool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.planning.PlanOptionsBuilder;
import dev.gpupool.planning.PlanRequestBuilder;
import dev.gpupool.quota.ProviderPolicy;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Holds {@code docs/settings.md} against the settings that there are. */
class DocumentedSettingsTest {
    private static final Path ROOT = Path.of(System.getProperty("basedir", "."), "..");
    private static final Path DOCUMENT = ROOT.resolve("docs/settings.md");
    private static final Pattern ROW = Pattern.compile("\\| `([^`]+)`[^|]*\\|([^|]*)\\|.*");
    private static final Pattern AMOUNT = Pattern.compile("(\\d+) (s|min|h|days)");

    @Test
    void shouldHaveEverySettingOfThePoolInTheTable() throws IOException {
        assertThat(table("PoolSettings").keySet())
                .containsExactlyInAnyOrderElementsOf(options(PoolSettingsBuilder.class));
    }

    @Test
    void shouldHaveTheDefaultsOfPoolSettingsInTheTable() throws IOException {
        Map<String, String> table = table("PoolSettings");
        assertThat(table).isNotEmpty();
        for (Map.Entry<String, String> row : table.entrySet()) {
            assertThat(value(row.getValue())).as(row.getKey()).isEqualTo(byDefault(row.getKey()));
        }
    }

    @Test
    void shouldHaveEveryOptionOfTheBuildersInTheirTables() throws IOException {
        assertThat(table("GpuPool.builder()").keySet())
                .containsExactlyInAnyOrderElementsOf(options(GpuPoolBuilder.class));
        assertThat(table("JobRequest").keySet()).containsAll(options(JobRequest.Builder.class));
        assertThat(table("WorkerSpec").keySet()).containsExactlyInAnyOrderElementsOf(options(WorkerSpec.Builder.class));
        assertThat(table("ProviderPolicy").keySet()).containsAll(options(ProviderPolicy.Builder.class));
        assertThat(table("PlanOptions").keySet())
                .containsExactlyInAnyOrderElementsOf(options(PlanOptionsBuilder.class));
    }

    @Test
    void shouldHaveEveryOptionOfAPlanRequestInItsTableOrInThatOfPlanOptions() throws IOException {
        Map<String, String> tables = table("PlanOptions");
        tables.putAll(table("PlanRequest"));
        assertThat(tables.keySet()).containsAll(options(PlanRequestBuilder.class));
    }

    @Test
    void shouldHaveEveryRequirementInTheTable() throws IOException {
        List<String> fields = Arrays.stream(Requirements.class.getRecordComponents())
                .map(component -> component.getName())
                .toList();
        assertThat(table("JobRequest").keySet()).containsAll(fields);
    }

    /** What this module cannot see is read as text. */
    @ParameterizedTest
    @CsvSource({
        "HTTP transport, adapters/transport-http/src/main/java/dev/gpupool/http/HttpOptions.java, HttpOptions",
        "Metrics, adapters/micrometer/src/main/java/dev/gpupool/micrometer/MetricsOptions.java, MetricsOptions",
        "Dashboard, adapters/dashboard/src/main/java/dev/gpupool/dashboard/DashboardOptions.java, DashboardOptions",
        "Calendar, adapters/calendar/src/main/java/dev/gpupool/calendar/CalendarOptions.java, CalendarOptions"
    })
    void shouldHaveEveryOptionOfTheAdaptersInTheirTables(String heading, String source, String type)
            throws IOException {
        List<String> options = found(source, "public " + type + " (\\w+)\\(");
        assertThat(options).isNotEmpty();
        assertThat(table(heading).keySet()).containsAll(options);
    }

    @Test
    void shouldHaveEveryOptionOfTheAgentInTheTable() throws IOException {
        String agent = "adapters/transport-http/src/main/resources/dev/gpupool/http/agent.py";
        List<String> options = found(agent, "add_argument\\(\"(--[a-z-]+)\"");
        assertThat(options).isNotEmpty();
        assertThat(table("The agent").keySet()).containsExactlyInAnyOrderElementsOf(options);
        assertThat(Files.readString(DOCUMENT)).contains(found(agent, "\\b(GPUPOOL_[A-Z_]+[A-Z])\\b"));
    }

    private static List<String> found(String source, String pattern) throws IOException {
        Matcher matcher = Pattern.compile(pattern).matcher(Files.readString(ROOT.resolve(source)));
        return matcher.results().map(result -> result.group(1)).distinct().toList();
    }

    /** The methods of a builder that give the builder back. */
    private static List<String> options(Class<?> builder) {
        List<String> options = Arrays.stream(builder.getMethods())
                .filter(method -> method.getReturnType().equals(builder) && !Modifier.isStatic(method.getModifiers()))
                .map(Method::getName)
                .distinct()
                .toList();
        assertThat(options).isNotEmpty();
        return options;
    }

    /** The rows below a heading: what is in their first column, and in their second. */
    private static Map<String, String> table(String heading) throws IOException {
        Map<String, String> rows = new LinkedHashMap<>();
        boolean within = false;
        for (String line : Files.readAllLines(DOCUMENT)) {
            if (line.startsWith("## ")) {
                within = line.equals("## " + heading);
            }
            Matcher row = ROW.matcher(line);
            if (within && row.matches()) {
                rows.put(row.group(1), row.group(2).strip());
            }
        }
        assertThat(rows).as(heading).isNotEmpty();
        return rows;
    }

    private static @Nullable Object byDefault(String setting) {
        PoolSettings defaults = PoolSettings.ofDefaults();
        if (setting.equals("suspectIntervals")) {
            return Math.toIntExact(defaults.suspectAfter().dividedBy(defaults.heartbeatInterval()));
        }
        if (setting.equals("offlineIntervals")) {
            return Math.toIntExact(defaults.offlineAfter().dividedBy(defaults.heartbeatInterval()));
        }
        try {
            return PoolSettings.class.getMethod(setting).invoke(defaults);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(setting + " cannot be asked for", e);
        }
    }

    private static @Nullable Object value(String written) {
        if (written.equals("none")) {
            return null;
        }
        Matcher amount = AMOUNT.matcher(written);
        if (!amount.matches()) {
            return Integer.valueOf(written.replace(",", ""));
        }
        long number = Long.parseLong(amount.group(1));
        return switch (amount.group(2)) {
            case "s" -> Duration.ofSeconds(number);
            case "min" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
        };
    }
}
