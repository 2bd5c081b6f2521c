package dev.gpupool.internal.engine;

import dev.gpupool.PoolEvent;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows since when the storage does not answer. An outage begins with the first call that fails and ends when every call
 * that failed has been answered: one that only refuses writes is one outage, however many reads succeed meanwhile. Safe
 * for use by many threads.
 */
final class Outage {
    private static final Logger LOG = LoggerFactory.getLogger(Outage.class);
    private static final long LONGEST_WAIT_MILLIS = 5_000;

    private final Kernel kernel;
    private long since = -1;
    private int failing;
    private long wait;
    private boolean closed;
    private Runnable onEnd = () -> {};

    Outage(Kernel kernel) {
        this.kernel = kernel;
    }

    /** What is done, in the loop, when the storage is back; it is told since when it was away by {@link #lasted}. */
    void onEnd(Runnable task) {
        onEnd = task;
    }

    private long lasted;

    /** How long the newest outage lasted, in milliseconds. */
    synchronized long lasted() {
        return lasted;
    }

    /** Whether the storage is away: nothing is leased, nobody is judged. */
    synchronized boolean on() {
        return since >= 0;
    }

    /** Since when the storage is away, on the ticker; -1 if it is not. */
    synchronized long since() {
        return since;
    }

    /**
     * A call failed.
     *
     * @param before whether it had failed before
     * @return how long to wait before it is made again; negative to give up
     */
    synchronized Duration failed(RuntimeException failure, boolean before) {
        if (closed) {
            return Duration.ofMillis(-1);
        }
        failing += before ? 0 : 1;
        if (since < 0) {
            since = kernel.time().tick();
            wait = kernel.settings().storageRetry().toMillis();
            LOG.warn("{}: the storage does not answer; nothing is leased until it does", kernel.pool(), failure);
            kernel.emit(PoolEvent.Type.STORAGE_DOWN, "", "", "", String.valueOf(failure.getMessage()));
        } else {
            wait = Math.min(LONGEST_WAIT_MILLIS, wait * 2);
        }
        return Duration.ofMillis(wait);
    }

    /** A call that had failed was answered. */
    void recovered() {
        synchronized (this) {
            failing--;
            if (failing > 0) {
                return;
            }
            lasted = kernel.time().tick() - since;
            since = -1;
        }
        LOG.info("{}: the storage answers again after {} ms", kernel.pool(), lasted());
        kernel.emit(PoolEvent.Type.STORAGE_UP, "", "", "", "after " + lasted() + " ms");
        kernel.post(new Command() {
            @Override
            public void decide(Decision decision) {
                onEnd.run();
            }
        });
    }

    synchronized void close() {
        closed = true;
    }
}
