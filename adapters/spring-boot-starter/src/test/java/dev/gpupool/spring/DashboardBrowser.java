package dev.gpupool.spring;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asks an application's dashboard as a browser does: with its cookie, also a secure one, as behind a proxy that ends TLS,
 * and with a header that says who it is.
 */
final class DashboardBrowser {
    /** What {@link #stream} gives when the server has ended the stream. */
    static final String END = "end";

    private final HttpClient client = HttpClient.newHttpClient();
    private final String server;
    private final String path;
    private final String header;
    private final String value;
    private String cookie = "";

    DashboardBrowser(int port, String path, String header, String value) {
        this.server = "http://localhost:" + port;
        this.path = path;
        this.header = header;
        this.value = value;
    }

    private HttpRequest.Builder at(String address) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(server + address)).header(header, value);
        return cookie.isEmpty() ? request : request.header("Cookie", cookie);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        answer.headers().firstValue("Set-Cookie").ifPresent(set -> cookie = set.substring(0, set.indexOf(';')));
        return answer;
    }

    HttpResponse<String> get(String below) throws IOException, InterruptedException {
        return send(at(path + below));
    }

    HttpResponse<String> post(String address, String body) throws IOException, InterruptedException {
        return send(at(address).POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    JsonNode json(String below) throws IOException, InterruptedException {
        return JsonMapper.shared().readTree(get(below).body());
    }

    /** What a button does on a page that was seen at an origin. */
    HttpResponse<String> act(String origin, String below) throws IOException, InterruptedException {
        String token = json("/api/me").get("token").asString();
        return send(at(path + below)
                .header("Origin", origin)
                .header("Gpupool-Action", token)
                .POST(HttpRequest.BodyPublishers.ofString("{}")));
    }

    String origin() {
        return server;
    }

    /** The events of a stream that is open from now on. */
    BlockingQueue<String> stream() throws IOException, InterruptedException {
        HttpResponse<java.io.InputStream> answer =
                client.send(at(path + "/api/events").build(), HttpResponse.BodyHandlers.ofInputStream());
        if (answer.statusCode() != 200) {
            throw new IOException("no stream, but " + answer.statusCode());
        }
        LinkedBlockingQueue<String> events = new LinkedBlockingQueue<>();
        Thread reader = new Thread(
                () -> {
                    try (BufferedReader lines =
                            new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
                        lines.lines()
                                .filter(line -> line.startsWith("data: "))
                                .forEach(line -> events.add(line.substring(6)));
                    } catch (IOException | UncheckedIOException e) {
                        events.add(e.toString());
                    }
                    events.add(END);
                },
                "dashboard-test-stream");
        reader.setDaemon(true);
        reader.start();
        return events;
    }
}
