package dev.gpupool.benchmarks.wire;

import dev.gpupool.spi.worker.WorkerGateway;
import dev.gpupool.spi.worker.WorkerTransport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Takes calls from the processes of this machine, for drills only: it believes everybody who they say they are, and one
 * that reads no answers holds up those of others.
 */
public final class SocketTransport implements WorkerTransport {
    private static final int BACKLOG = 100;

    private final int port;
    private final LinkedHashSet<Peer> peers = new LinkedHashSet<>();
    private final List<Thread> threads = new ArrayList<>();
    /** Held for reading by each call of the gateway, and for writing by the close, which so waits for them. */
    private final ReentrantReadWriteLock use = new ReentrantReadWriteLock();

    private @Nullable ServerSocket server;
    private @Nullable WorkerGateway gateway;

    /**
     * A transport that is not started.
     *
     * @param port where it will listen, or 0 for any free one
     */
    public SocketTransport(int port) {
        this.port = port;
    }

    /** Where it listens; known from its start on, 0 before. */
    public synchronized int port() {
        return server == null ? 0 : server.getLocalPort();
    }

    @Override
    public synchronized void start(WorkerGateway to) {
        try {
            ServerSocket listening = new ServerSocket(port, BACKLOG, InetAddress.getLoopbackAddress());
            server = listening;
            gateway = to;
            begin(() -> accept(listening), "accept");
        } catch (IOException e) {
            throw new UncheckedIOException("port " + port + " cannot be listened on; choose another", e);
        }
    }

    private synchronized void begin(Runnable task, String name) {
        Thread thread = new Thread(task, "socket transport " + name);
        threads.add(thread);
        thread.start();
    }

    private void accept(ServerSocket listening) {
        boolean open = true;
        while (open) {
            try {
                serve(listening.accept());
            } catch (IOException e) {
                // Either it was closed, or the one who called is gone already.
                open = !listening.isClosed();
            }
        }
    }

    private synchronized void serve(Socket socket) throws IOException {
        if (gateway == null) {
            socket.close();
            return;
        }
        Peer peer = new Peer(socket, this::call);
        peers.add(peer);
        begin(() -> run(peer), "worker");
    }

    private void run(Peer peer) {
        peer.run();
        synchronized (this) {
            peers.remove(peer);
            threads.remove(Thread.currentThread());
        }
    }

    /** Hands one call on, or nothing if the transport is closed. */
    private @Nullable CompletableFuture<?> call(Function<WorkerGateway, CompletableFuture<?>> call) {
        use.readLock().lock();
        try {
            WorkerGateway to = gateway;
            return to == null ? null : call.apply(to);
        } finally {
            use.readLock().unlock();
        }
    }

    @Override
    public void close() {
        use.writeLock().lock();
        try {
            gateway = null;
        } finally {
            use.writeLock().unlock();
        }
        List<Thread> ending;
        synchronized (this) {
            hangUp(server);
            peers.forEach(Peer::close);
            ending = List.copyOf(threads);
        }
        for (Thread thread : ending) {
            join(thread);
        }
    }

    private static void hangUp(@Nullable ServerSocket listening) {
        try {
            if (listening != null) {
                listening.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
