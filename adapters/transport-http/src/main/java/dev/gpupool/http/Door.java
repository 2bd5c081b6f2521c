package dev.gpupool.http;

import dev.gpupool.spi.worker.TransportServices;
import dev.gpupool.spi.worker.WorkerGateway;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The way into the pool: open between start and close. When {@link #close} has returned, no call of the gateway is under
 * way or will be made, and every claim that waited has been withdrawn. Safe for use by many threads.
 */
final class Door {
    private record Open(WorkerGateway gateway, TransportServices services) {}

    /** Held for reading by each call of the gateway, and for writing by the close, which so waits for them. */
    private final ReentrantReadWriteLock use = new ReentrantReadWriteLock();

    private final TreeMap<Long, CompletableFuture<?>> claims = new TreeMap<>();
    private long count;
    private volatile @Nullable Open open;

    void open(WorkerGateway gateway, TransportServices services) {
        open = new Open(gateway, services);
    }

    boolean isOpen() {
        return open != null;
    }

    /** @throws Problem if the pool is not there */
    TransportServices services() {
        return opened().services();
    }

    private Open opened() {
        Open now = open;
        if (now == null) {
            throw Problem.busy("the pool is not there; repeat later");
        }
        return now;
    }

    <T> CompletableFuture<T> call(Function<WorkerGateway, CompletableFuture<T>> call) {
        use.readLock().lock();
        try {
            return call.apply(opened().gateway());
        } catch (RuntimeException | Error e) {
            // Whatever a call throws, its worker is told, and nothing else ends.
            return CompletableFuture.failedFuture(e);
        } finally {
            use.readLock().unlock();
        }
    }

    /** A call that waits in the pool until {@link #close} at the latest. */
    <T> CompletableFuture<T> claim(Function<WorkerGateway, CompletableFuture<T>> call) {
        return call(gateway -> {
            CompletableFuture<T> claim = call.apply(gateway);
            long number;
            synchronized (claims) {
                number = count++;
                claims.put(number, claim);
            }
            claim.whenComplete((answer, failure) -> {
                synchronized (claims) {
                    claims.remove(number);
                }
            });
            return claim;
        });
    }

    int waiting() {
        synchronized (claims) {
            return claims.size();
        }
    }

    void close() {
        use.writeLock().lock();
        try {
            open = null;
        } finally {
            use.writeLock().unlock();
        }
        List<CompletableFuture<?>> waiting;
        synchronized (claims) {
            waiting = List.copyOf(claims.values());
        }
        waiting.forEach(claim -> claim.cancel(false));
    }
}
