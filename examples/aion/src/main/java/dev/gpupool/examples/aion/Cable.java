package dev.gpupool.examples.aion;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** The way of one notebook to the pool, which can be cut: connections break, and none comes about until it is mended. */
final class Cable implements AutoCloseable {
    private final ServerSocket server;
    private final int to;
    private final List<Socket> sockets = new ArrayList<>();
    private boolean cut;

    Cable(int to) {
        this.to = to;
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        begin(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    synchronized void cut() {
        cut = true;
        sockets.forEach(Cable::hangUp);
        sockets.clear();
    }

    synchronized void mend() {
        cut = false;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                join(server.accept());
            } catch (IOException e) {
                // Closed, or one side is gone already; the other notices.
            }
        }
    }

    private void join(Socket near) throws IOException {
        Socket far = new Socket(InetAddress.getLoopbackAddress(), to);
        if (keep(near, far)) {
            begin(() -> pump(near, far));
            begin(() -> pump(far, near));
        } else {
            hangUp(near);
            hangUp(far);
        }
    }

    private synchronized boolean keep(Socket near, Socket far) {
        if (!cut) {
            sockets.removeIf(Socket::isClosed);
            sockets.add(near);
            sockets.add(far);
        }
        return !cut;
    }

    private static void pump(Socket from, Socket to) {
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            in.transferTo(out);
        } catch (IOException e) {
            // Cut, or hung up.
        } finally {
            hangUp(from);
            hangUp(to);
        }
    }

    private static void begin(Runnable task) {
        Thread thread = new Thread(task, "cable");
        thread.setDaemon(true);
        thread.start();
    }

    private static void hangUp(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        cut();
    }
}
