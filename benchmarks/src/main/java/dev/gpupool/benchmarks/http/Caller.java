package dev.gpupool.benchmarks.http;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A worker cut down to the calls that a figure needs. */
final class Caller {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final HttpClient client;
    private final String url;
    private final String name;
    private String session = "";
    private String token = "";
    private int claims;

    Caller(HttpClient client, String url, String name) {
        this.client = client;
        this.url = url;
        this.name = name;
    }

    String name() {
        return name;
    }

    private CompletableFuture<JsonNode> post(String path, String bearer, String body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + path))
                .header("Authorization", "Bearer " + bearer)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return client.sendAsync(request, HttpResponse.BodyHandlers.ofString()).thenApply(answer -> {
            if (answer.statusCode() >= 300) {
                throw new IllegalStateException(path + ": " + answer.statusCode() + " " + answer.body());
            }
            return JSON.readTree(answer.body());
        });
    }

    CompletableFuture<Caller> register(String joinToken) {
        String body = "{\"worker\":{\"name\":\"" + name + "\",\"instanceId\":\"i-" + name
                + "\"},\"provider\":\"onprem\",\"account\":\"" + name + "\"}";
        return post("/sessions", joinToken, body).thenApply(answer -> {
            session = answer.get("sessionId").stringValue();
            token = answer.get("sessionToken").stringValue();
            return this;
        });
    }

    CompletableFuture<JsonNode> beat(int sequence) {
        return post(
                "/sessions/" + session + "/heartbeat",
                token,
                "{\"seq\":" + sequence + ",\"sessionAgeSeconds\":" + sequence + ",\"leases\":[]}");
    }

    /** The lease, or a null node. */
    CompletableFuture<JsonNode> claim(int waitSeconds) {
        return post(
                        "/sessions/" + session + "/claim",
                        token,
                        "{\"claimId\":\"" + ++claims + "\",\"waitSeconds\":" + waitSeconds + "}")
                .thenApply(answer -> answer.get("lease"));
    }

    CompletableFuture<JsonNode> complete(JsonNode lease) {
        return post(
                "/leases/" + lease.get("leaseId").stringValue() + "/complete",
                token,
                "{\"jobId\":\"" + lease.get("jobId").stringValue() + "\",\"attempt\":"
                        + lease.get("attempt").intValue() + ",\"result\":null,\"ranSeconds\":0}");
    }
}
