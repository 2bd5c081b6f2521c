package dev.gpupool.examples.springboot;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
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
 * The application on a database of its own, which takes no connections for a while. The server ends with this process: the
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

    private final HttpClient client = HttpClient.newHttpClient();

    @Value("${local.server.port}")
    private int port;

    @BeforeAll
    static void begin() throws SQLException {
        try {
            server = EmbeddedPostgres.builder().start();
        } catch (IOException | RuntimeException e) {
            Assumptions.abort("PostgreSQL does not start here: " + e);
        }
        execute("CREATE DATABASE pool");
    }

    /** As the operator of the server, in another database than the application's. */
    private static void execute(String sql) throws SQLException {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @DynamicPropertySource
    static void database(DynamicPropertyRegistry properties) {
        properties.add("spring.datasource.url", () -> server.getJdbcUrl("postgres", "pool"));
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

    private int dashboard() throws Exception {
        return send(at("/gpupool/dashboard/api/status")).statusCode();
    }

    @Test
    void shouldBeDownWhileTheDatabaseIsGoneAndUpAgain() throws Exception {
        assertThat(submit("before")).isEqualTo(200);
        assertThat(health()).startsWith("200 ").contains("\"storage\":\"answers\"");
        assertThat(dashboard()).isEqualTo(200);

        execute("ALTER DATABASE pool ALLOW_CONNECTIONS false");
        execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'pool'");
        assertThat(health()).startsWith("503 ").contains("\"storage\":\"does not answer\"");
        assertThat(dashboard()).isEqualTo(200);

        execute("ALTER DATABASE pool ALLOW_CONNECTIONS true");
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(health()).startsWith("200 "));
        assertThat(submit("after")).isEqualTo(200);
    }
}
