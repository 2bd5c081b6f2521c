package dev.gpupool.spring.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.GpuPool;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.SpringBootTest;

/** The whole application, in real time, behind a real server. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "gpupool.storage.type=memory",
            "gpupool.metrics.snapshot-every=1ms",
            "spring.datasource.url=jdbc:sqlite::memory:",
            "gpupool.workers.box-1.handler=train",
            "management.endpoint.health.show-details=always",
            "management.info.gpupool.enabled=true",
            "management.endpoints.web.exposure.include=health,info,metrics"
        })
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class TestApplicationTest {
    private final HttpClient client = HttpClient.newHttpClient();

    @Value("${local.server.port}")
    private int port;

    @Autowired
    private GpuPool pool;

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder at(String path) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path));
    }

    @Test
    void shouldRunAJobThatCameOverHttp() throws Exception {
        String id = send(at("/jobs").POST(HttpRequest.BodyPublishers.ofString("[1,2]")))
                .body();

        assertThat(pool.handle(id).result().get(30, TimeUnit.SECONDS).json()).isEqualTo("[1,2]");
    }

    @Test
    void shouldShowHealthInfoAndMeters() throws Exception {
        assertThat(send(at("/actuator/health")).body())
                .contains("\"gpupool\":{")
                .contains("\"online\":1")
                .contains("\"storage\":\"answers\"");
        assertThat(send(at("/actuator/info")).body()).contains("\"gpupool\":{\"name\":\"gpupool\"");
        assertThat(send(at("/actuator/metrics/gpupool.workers.total")).body()).contains("\"value\":1.0");
    }

    @Test
    void shouldAskAWorkerForItsToken() throws Exception {
        HttpResponse<String> answer = send(at("/gpupool/v1/sessions")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{}")));

        assertThat(answer.statusCode()).isEqualTo(401);
    }
}
