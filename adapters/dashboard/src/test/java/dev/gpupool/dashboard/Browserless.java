package dev.gpupool.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Calls the dashboard as a page would, or as an attacker would. */
final class Browserless {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private final HttpClient client = HttpClient.newHttpClient();
    private final LiveDashboard live;
    private final String viewer;
    private String cookie = "";
    private String token = "";

    /** @param viewer the name that the host takes the caller for */
    Browserless(LiveDashboard live, String viewer) {
        this.live = live;
        this.viewer = viewer;
    }

    /** Asks who it is, as the page does first. */
    Browserless hello() throws Exception {
        HttpResponse<String> answer = get("api/me");
        cookie = answer.headers().firstValue("Set-Cookie").orElseThrow().replaceAll(";.*", "");
        token = json(answer).path("token").stringValue();
        return this;
    }

    static JsonNode json(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return MAPPER.readTree(answer.body());
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(live.url() + path)).header("Test-Viewer", viewer);
    }

    HttpResponse<String> get(String path) throws Exception {
        return send(request(path));
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.timeout(Duration.ofSeconds(20)).build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpRequest.Builder action(String path, String body) {
        return request(path)
                .header("Cookie", cookie)
                .header(PageTokens.HEADER, token)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
    }

    HttpResponse<String> act(String path, String body) throws Exception {
        return send(action(path, body).header("Origin", live.origin()));
    }

    CompletableFuture<HttpResponse<String>> sendAsync(HttpRequest.Builder request) {
        return client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** The lines of a stream as they come. */
    Stream<String> stream(String path) throws Exception {
        return client.send(request(path).build(), HttpResponse.BodyHandlers.ofLines())
                .body();
    }

    static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    String token() {
        return token;
    }

    String cookie() {
        return cookie;
    }
}
