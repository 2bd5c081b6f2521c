package dev.gpupool.spi.worker;

import dev.gpupool.spi.checkpoint.CheckpointRef;
import dev.gpupool.spi.checkpoint.CheckpointStore;
import dev.gpupool.spi.clock.PoolClock;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What a transport that reaches beyond this process needs of the pool beside the gateway. Safe for many threads. */
public interface TransportServices {
    /**
     * The pool's name, for logs and threads.
     *
     * @return the name
     */
    String pool();

    /**
     * The pool's clock.
     *
     * @return the clock; the transport does not close it
     */
    PoolClock clock();

    /**
     * The tokens of the pool's workers.
     *
     * @return the tokens
     */
    WorkerTokens tokens();

    /**
     * Where checkpoint bytes are kept.
     *
     * @return the store
     */
    CheckpointStore checkpoints();

    /**
     * Whose a lease is, however long ago it ended: the worker of the session that its id names. Whether that session was
     * ever given such a lease is for {@link #lease} and the gateway to say.
     *
     * @param leaseId the lease
     * @return the worker, or empty if the id names no session of the pool; fails if it cannot be an id, or for a fault of
     *     the pool
     */
    CompletableFuture<Optional<LeaseHolder>> holder(String leaseId);

    /**
     * What may be done under a lease.
     *
     * @param lease the fencing token
     * @return the state of the job as its last issued lease sees it, or empty if the lease is not the last issued one or
     *     the job has ended: a checkpoint under it would be refused
     */
    CompletableFuture<Optional<LeaseState>> lease(LeaseToken lease);

    /**
     * A job as its last issued lease sees it.
     *
     * @param checkpoint the newest committed checkpoint, or {@code null} if there is none
     */
    record LeaseState(@Nullable CheckpointRef checkpoint) {}
}
