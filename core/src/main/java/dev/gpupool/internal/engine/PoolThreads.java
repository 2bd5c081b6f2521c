package dev.gpupool.internal.engine;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads of one pool: its own daemons, or the host's, which it never ends. */
final class PoolThreads implements Executor {
    private final @org.jspecify.annotations.Nullable ExecutorService own;
    private final Executor threads;

    PoolThreads(String pool, @org.jspecify.annotations.Nullable Executor given) {
        if (given == null) {
            AtomicInteger count = new AtomicInteger();
            ExecutorService made = Executors.newCachedThreadPool(task -> {
                Thread thread = new Thread(task, pool + "-" + count.incrementAndGet());
                thread.setDaemon(true);
                return thread;
            });
            own = made;
            threads = made;
        } else {
            own = null;
            threads = given;
        }
    }

    @Override
    public void execute(Runnable task) {
        threads.execute(task);
    }

    void close() {
        if (own != null) {
            own.shutdown();
        }
    }

    /** Whether no thread of the pool's own runs any more. */
    boolean ended() {
        return own == null || own.isTerminated();
    }

    /** Interrupts what still runs, such as a listener that never returns. */
    void closeNow() {
        if (own != null) {
            own.shutdownNow();
        }
    }
}
