package dev.gpupool.http;

import dev.gpupool.spi.worker.Bearer;
import dev.gpupool.spi.worker.LeaseHolder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Whose the leases are: those that passed here lately from memory, others from the pool. Safe for use by many threads. */
final class Leases {
    private static final int KEPT = 10_000;

    private final Door door;
    private final LinkedHashMap<String, LeaseHolder> holders = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, LeaseHolder> eldest) {
            return size() > KEPT;
        }
    };

    Leases(Door door) {
        this.door = door;
    }

    void granted(String leaseId, LeaseHolder holder) {
        synchronized (holders) {
            holders.put(leaseId, holder);
        }
    }

    private @Nullable LeaseHolder known(String leaseId) {
        synchronized (holders) {
            return holders.get(leaseId);
        }
    }

    /** Fails with a {@link Problem} unless the lease was issued to the worker, in whatever session. */
    CompletableFuture<Void> require(Bearer.Session worker, String leaseId) {
        LeaseHolder known = known(leaseId);
        if (known != null) {
            return judged(worker, known);
        }
        return door.services().holder(leaseId).thenCompose(found -> {
            if (found.isEmpty()) {
                return CompletableFuture.failedFuture(
                        Problem.notFound("lease-unknown", "the pool issued no lease of this id"));
            }
            granted(leaseId, found.get());
            return judged(worker, found.get());
        });
    }

    private static CompletableFuture<Void> judged(Bearer.Session worker, LeaseHolder holder) {
        return holder.equals(worker.holder())
                ? CompletableFuture.completedFuture(null)
                : CompletableFuture.failedFuture(Problem.forbidden("the lease is another worker's"));
    }
}
