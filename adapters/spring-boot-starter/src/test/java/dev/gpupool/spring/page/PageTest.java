package dev.gpupool.spring.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.SpringBootTest;

/** The page's application behind a real server. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "gpupool.storage.type=memory",
            "gpupool.workers.box-1.handler=train",
            "gpupool.dashboard.enabled=true",
            "spring.datasource.url=jdbc:sqlite::memory:"
        })
class PageTest {
    @Value("${local.server.port}")
    private int port;

    @Test
    void shouldLetInWhomTheApplicationKnows() throws Exception {
        assertThat(get("/gpupool/dashboard/", "nobody").statusCode()).isEqualTo(401);
        assertThat(get("/gpupool/dashboard/api/me", "clerk").body()).contains("\"name\":\"clerk\"");
        assertThat(get("/gpupool/v1/health", "").statusCode()).isEqualTo(200);
    }

    private HttpResponse<String> get(String path, String user) throws Exception {
        String login = Base64.getEncoder().encodeToString((user + ':' + user).getBytes(StandardCharsets.UTF_8));
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path));
        return HttpClient.newHttpClient()
                .send(
                        (user.isEmpty() ? request : request.header("Authorization", "Basic " + login)).build(),
                        HttpResponse.BodyHandlers.ofString());
    }
}
