package dev.gpupool.benchmarks.drills;

import dev.gpupool.benchmarks.wire.SocketClient;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A worker's way to whichever host answers. It prefers its home, goes on to the next host when a call is not answered, and
 * tries its home again a while later. A call is repeated, the same each time, until it is answered.
 */
final class Link {
    private static final long PAUSE_MILLIS = 20;
    private static final long AWAY_NANOS = 1_500_000_000;

    private final List<Integer> ports;
    private final int home;
    private final Runnable onLeave;
    private int at;
    private long leftHome;
    private @Nullable SocketClient current;

    Link(List<Integer> ports, int home, Runnable onLeave) {
        this.ports = ports;
        this.home = home;
        this.onLeave = onLeave;
        at = home;
    }

    <T> T call(Function<SocketClient, CompletableFuture<T>> call, Duration limit) throws InterruptedException {
        while (true) {
            SocketClient client = client();
            try {
                return call.apply(client).get(limit.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                // The connection is left open: what a host that stood still has answered still arrives.
                leave(client);
            } catch (ExecutionException e) {
                client.close();
                leave(client);
                Thread.sleep(PAUSE_MILLIS);
            }
        }
    }

    private synchronized SocketClient client() throws InterruptedException {
        if (at != home && System.nanoTime() - leftHome > AWAY_NANOS) {
            goHome();
        }
        SocketClient client = current;
        while (client == null) {
            try {
                client = SocketClient.connect(ports.get(at));
            } catch (IOException e) {
                next();
                wait(PAUSE_MILLIS);
            }
        }
        current = client;
        return client;
    }

    private void goHome() {
        try {
            current = SocketClient.connect(ports.get(home));
            at = home;
        } catch (IOException e) {
            leftHome = System.nanoTime();
        }
    }

    @SuppressWarnings("ReferenceEquality") // the very connection that failed, unless another thread has left it already
    private synchronized void leave(SocketClient client) {
        if (current == client) {
            current = null;
            next();
            onLeave.run();
        }
    }

    private void next() {
        leftHome = System.nanoTime();
        at = (at + 1) % ports.size();
    }
}
