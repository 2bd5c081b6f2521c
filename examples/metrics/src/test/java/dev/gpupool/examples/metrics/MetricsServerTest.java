package dev.gpupool.examples.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.JobRequest;
import dev.gpupool.WorkerSpec;
import dev.gpupool.planning.PlanOptions;
import dev.gpupool.testkit.TestPool;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MetricsServerTest {
    private static final Path DOCUMENT = Path.of(System.getProperty("basedir", "."), "../../docs/metrics.md");

    private final TestPool test = TestPool.create(1);
    private final HttpClient client = HttpClient.newHttpClient();
    private MetricsServer server;

    @BeforeEach
    void run() throws IOException {
        test.pool()
                .workers()
                .local(WorkerSpec.named("box-1").account("kaggle", "anna").build(), job -> "1");
        server = new MetricsServer(test.pool(), 0);
        server.metrics().plan(test.pool().follow(PlanOptions.defaults()));
        test.await(test.pool().submit(JobRequest.handler("train").build()).result());
        test.settle();
    }

    @AfterEach
    void close() {
        server.close();
        test.close();
    }

    @Test
    void shouldShowEveryDocumentedMeterToPrometheus() throws Exception {
        TreeMap<String, String> families = families(scrape());

        List<String> documented = documented();
        assertThat(documented).hasSizeGreaterThan(30);
        assertThat(families).containsOnlyKeys(documented);
        assertThat(families)
                .containsEntry("gpupool_events_total", "counter")
                .containsEntry("gpupool_job_run_seconds", "summary")
                .containsEntry("gpupool_workers_safe_workers", "gauge");
    }

    @Test
    void shouldShowValuesInTheFormatOfPrometheus() throws Exception {
        assertThat(scrape().lines())
                .contains(
                        "gpupool_workers{pool=\"test\",state=\"online\"} 1.0",
                        "gpupool_account_safe_seconds{account=\"anna\",pool=\"test\",provider=\"kaggle\"} 75600.0",
                        "gpupool_events_total{pool=\"test\",type=\"job_succeeded\"} 1.0",
                        "gpupool_storage_down{pool=\"test\"} 0.0");
    }

    private String scrape() throws Exception {
        HttpResponse<String> response = client.send(
                HttpRequest.newBuilder(URI.create("http://localhost:" + server.port() + "/metrics"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(200);
        return response.body();
    }

    /** The families that have a line of their own, each with its type. */
    private static TreeMap<String, String> families(String text) {
        TreeMap<String, String> families = new TreeMap<>();
        text.lines().filter(line -> line.startsWith("# TYPE ")).forEach(line -> {
            List<String> words = List.of(line.split(" ", -1));
            // A timer also tells its longest time, as a gauge.
            if (!words.get(2).endsWith("_max")) {
                families.put(words.get(2), words.get(3));
            }
        });
        return families;
    }

    /** The names of the table as Prometheus writes them. */
    private static List<String> documented() throws IOException {
        try (Stream<String> lines = Files.lines(DOCUMENT)) {
            return lines.filter(line -> line.startsWith("| `gpupool."))
                    .map(line -> List.of(line.split("\\|", -1)))
                    .map(cells -> family(
                            cells.get(1).strip().replace("`", "").replace('.', '_'),
                            cells.get(2).strip(),
                            cells.get(3).strip()))
                    .toList();
        }
    }

    private static String family(String name, String type, String unit) {
        String withUnit = unit.isEmpty() || name.endsWith("_" + unit) ? name : name + "_" + unit;
        return type.equals("counter") ? withUnit + "_total" : withUnit;
    }
}
