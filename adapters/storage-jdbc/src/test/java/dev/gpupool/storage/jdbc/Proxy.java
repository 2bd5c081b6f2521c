package dev.gpupool.storage.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A way to a server that can fail. Armed with a word, it lets the request with that word pass, or not, waits for the
 * server's answer, drops it and cuts the connection; then it is as good as new.
 */
final class Proxy implements AutoCloseable {
    private final ServerSocket door;
    private final int target;
    private @Nullable String word;
    private boolean passing;
    private int cuts;

    Proxy(int target) throws IOException {
        this.target = target;
        this.door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    int port() {
        return door.getLocalPort();
    }

    /** The next request with this word reaches the server, and its answer nobody. */
    void cutAfter(String request) {
        arm(request, true);
    }

    /** The next request with this word does not reach the server. */
    void cutBefore(String request) {
        arm(request, false);
    }

    private synchronized void arm(String request, boolean passes) {
        word = request;
        passing = passes;
    }

    synchronized int cuts() {
        return cuts;
    }

    private interface Task {
        void run() throws IOException;
    }

    private static void start(Task task) {
        Thread thread = new Thread(() -> {
            try {
                task.run();
            } catch (IOException e) {
                Thread.currentThread().interrupt(); // a closed socket is how these threads end
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() throws IOException {
        while (!door.isClosed()) {
            Socket client = door.accept();
            Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
            Line line = new Line(client, server);
            start(line::requests);
            start(line::answers);
        }
    }

    private synchronized boolean isFor(byte[] bytes, int count) {
        return word != null && new String(bytes, 0, count, StandardCharsets.ISO_8859_1).contains(word);
    }

    private synchronized boolean disarm() {
        word = null;
        cuts++;
        return passing;
    }

    /** One connection. */
    private final class Line {
        private final Socket client;
        private final Socket server;
        private volatile boolean cutting;

        Line(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        void requests() throws IOException {
            pump(client.getInputStream(), server.getOutputStream(), true);
        }

        void answers() throws IOException {
            pump(server.getInputStream(), client.getOutputStream(), false);
        }

        private void pump(InputStream from, OutputStream to, boolean requests) throws IOException {
            byte[] bytes = new byte[1 << 20];
            try (client;
                    server) {
                for (int n = from.read(bytes); n >= 0; n = from.read(bytes)) {
                    if (requests && isFor(bytes, n)) {
                        cutting = true;
                        if (!disarm()) {
                            return;
                        }
                    } else if (!requests && cutting) {
                        return;
                    }
                    to.write(bytes, 0, n);
                    to.flush();
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        door.close();
    }
}
