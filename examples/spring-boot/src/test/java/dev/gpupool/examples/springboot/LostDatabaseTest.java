package dev.gpupool.examples.springboot;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/**
 * The application on a PostgreSQL of its own, from which it is cut off for a while. The server ends with this process: the
 * application, which is closed after the class, needs it to close in good order.
 */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "gpupool.storage.file=",
            "gpupool.storage.type=postgres",
            "gpupool.settings.refresh-interval=200ms",
            "gpupool.settings.storage-retry=100ms",
            "spring.datasource.hikari.connection-timeout=500",
            "spring.datasource.username=postgres",
            "spring.datasource.password=postgres",
            "management.health.db.enabled=false"
        })
@DirtiesContext
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class LostDatabaseTest {
    @SuppressWarnings("NullAway.Init") // set before the tests
    private static EmbeddedPostgres server;

    @SuppressWarnings("NullAway.Init")
    private static Line line;

    private final HttpClient client = HttpClient.newHttpClient();

    @Value("${local.server.port}")
    private int port;

    @BeforeAll
    static void begin() throws IOException {
        try {
            server = EmbeddedPostgres.builder().start();
        } catch (IOException | RuntimeException e) {
            Assumptions.abort("PostgreSQL does not start here: " + e);
        }
        line = new Line(server.getPort());
    }

    @DynamicPropertySource
    static void database(DynamicPropertyRegistry properties) {
        properties.add("spring.datasource.url", () -> "jdbc:postgresql://localhost:" + line.port() + "/postgres");
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder at(String path) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path));
    }

    private int submit(String key) throws Exception {
        return send(at("/jobs/" + key)
                        .header("Content-Type", "text/plain")
                        .PUT(HttpRequest.BodyPublishers.ofString("1")))
                .statusCode();
    }

    private String health() throws Exception {
        HttpResponse<String> answer = send(at("/actuator/health"));
        return answer.statusCode() + " " + answer.body();
    }

    @Test
    void shouldBeDownWhileTheDatabaseIsGoneAndUpAgain() throws Exception {
        assertThat(submit("before")).isEqualTo(200);
        assertThat(health()).startsWith("200 ").contains("\"storage\":\"answers\"");

        line.cut();
        assertThat(health()).startsWith("503 ").contains("\"storage\":\"does not answer\"");

        line.mend();
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(health()).startsWith("200 "));
        assertThat(submit("after")).isEqualTo(200);
    }
}
