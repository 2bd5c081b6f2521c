package dev.gpupool.benchmarks.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/** Stands before a server and loses some of its answers, after the server has acted: the client sees a broken connection. */
final class LossyProxy implements AutoCloseable {
    private static final Set<String> OWN =
            new TreeSet<>(Set.of("connection", "content-length", "host", "transfer-encoding", "date", "upgrade"));

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final int port;
    private final int percent;
    private final Random random = new Random(47);
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();

    LossyProxy(int port, int percent) throws IOException {
        this.port = port;
        this.percent = percent;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 200);
        server.setExecutor(threads);
        server.createContext("/", this::serve);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/gpupool/v1";
    }

    long answered() {
        return answered.get();
    }

    long lost() {
        return lost.get();
    }

    private void serve(HttpExchange call) {
        try (call) {
            HttpRequest.Builder request = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + port + call.getRequestURI()))
                    .method(
                            call.getRequestMethod(),
                            HttpRequest.BodyPublishers.ofByteArray(
                                    call.getRequestBody().readAllBytes()));
            call.getRequestHeaders().forEach((name, values) -> copy(request, name, values));
            HttpResponse<byte[]> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            if (loses()) {
                lost.incrementAndGet();
                return;
            }
            answered.incrementAndGet();
            for (Map.Entry<String, List<String>> header : answer.headers().map().entrySet()) {
                if (!OWN.contains(header.getKey().toLowerCase(java.util.Locale.ROOT))) {
                    call.getResponseHeaders().put(header.getKey(), header.getValue());
                }
            }
            call.sendResponseHeaders(answer.statusCode(), answer.body().length == 0 ? -1 : answer.body().length);
            call.getResponseBody().write(answer.body());
        } catch (IOException e) {
            // Whoever called is gone, or the server is: the client sees a broken connection either way.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void copy(HttpRequest.Builder request, String name, List<String> values) {
        if (!OWN.contains(name.toLowerCase(java.util.Locale.ROOT))) {
            values.forEach(value -> request.header(name, value));
        }
    }

    private synchronized boolean loses() {
        return random.nextInt(100) < percent;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
