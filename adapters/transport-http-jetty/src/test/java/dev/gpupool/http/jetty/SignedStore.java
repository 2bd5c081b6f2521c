package dev.gpupool.http.jetty;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.gpupool.http.CheckpointLinks;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** An object store and the host's links to it. It takes nothing without a signature, and no token of the pool's. */
final class SignedStore implements CheckpointLinks, AutoCloseable {
    private final HttpServer server;
    private final Map<String, byte[]> objects = new ConcurrentSkipListMap<>();
    private final List<Bytes> asked = new CopyOnWriteArrayList<>();
    private final List<Bytes> obsolete = new CopyOnWriteArrayList<>();

    SignedStore() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/bucket/", this::serve);
        server.start();
    }

    private void serve(HttpExchange call) throws IOException {
        try (call) {
            String path = call.getRequestURI().getPath();
            byte[] sent = call.getRequestBody().readAllBytes();
            boolean signed = ("signature=" + call.getRequestMethod())
                            .equals(call.getRequestURI().getQuery())
                    && "yes".equals(call.getRequestHeaders().getFirst("X-Signed"))
                    && !call.getRequestHeaders().containsKey("Authorization");
            byte[] found = objects.get(path);
            if (!signed) {
                call.sendResponseHeaders(403, -1);
            } else if (call.getRequestMethod().equals("PUT")) {
                objects.put(path, sent);
                call.sendResponseHeaders(200, -1);
            } else if (found == null) {
                call.sendResponseHeaders(404, -1);
            } else {
                call.sendResponseHeaders(200, found.length);
                call.getResponseBody().write(found);
            }
        }
    }

    private static String path(Bytes bytes) {
        return "/bucket/" + bytes.name();
    }

    private Link link(String method, Bytes bytes) {
        asked.add(bytes);
        int port = server.getAddress().getPort();
        return new Link(
                URI.create("http://127.0.0.1:" + port + path(bytes) + "?signature=" + method),
                Map.of("X-Signed", "yes"));
    }

    @Override
    public Optional<Link> upload(Bytes bytes) {
        return Optional.of(link("PUT", bytes));
    }

    @Override
    public Link download(Bytes bytes) {
        return link("GET", bytes);
    }

    @Override
    public void obsolete(Bytes bytes) {
        obsolete.add(bytes);
        objects.remove(path(bytes));
    }

    /** For what links were made. */
    List<Bytes> asked() {
        return List.copyOf(asked);
    }

    List<Bytes> obsolete() {
        return List.copyOf(obsolete);
    }

    int size() {
        return objects.size();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
