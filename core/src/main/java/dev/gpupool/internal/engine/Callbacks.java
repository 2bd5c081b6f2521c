package dev.gpupool.internal.engine;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what follows a turn, in order and outside the lock: answers, and futures whose continuations are the host's. One
 * continuation that never returns holds up nobody for much longer than {@link #PATIENCE_MILLIS}: what waits behind it goes
 * on in another thread. Safe for use by many threads, none of which may hold the pool's lock.
 */
final class Callbacks {
    private static final Logger LOG = LoggerFactory.getLogger(Callbacks.class);
    private static final long PATIENCE_MILLIS = 1_000;

    private final String pool;
    private final Executor threads;
    private final PoolTime time;
    private final List<Relay> active = new ArrayList<>();
    private boolean armed;

    Callbacks(String pool, Executor threads, PoolTime time) {
        this.pool = pool;
        this.threads = threads;
        this.time = time;
    }

    Executor threads() {
        return threads;
    }

    void run(List<Runnable> tasks) {
        Relay relay = new Relay(tasks);
        boolean arm = false;
        synchronized (active) {
            active.add(relay);
            if (tasks.size() > 1 && !armed) {
                armed = true;
                arm = true;
            }
        }
        if (arm) {
            arm();
        }
        try {
            threads.execute(relay);
        } catch (RuntimeException e) {
            LOG.debug("{}: callbacks are closed, running {} here", pool, tasks.size());
            relay.run();
        }
    }

    private void arm() {
        time.clock().schedule(Duration.ofMillis(PATIENCE_MILLIS + 1), this::look);
    }

    /** Takes over from callbacks that do not return, and looks again while there are any. */
    private void look() {
        List<Relay> running;
        synchronized (active) {
            if (active.isEmpty()) {
                armed = false;
                return;
            }
            running = List.copyOf(active);
        }
        arm();
        long now = time.tick();
        for (Relay relay : running) {
            if (relay.isStuck(now)) {
                takeOver(relay);
            }
        }
    }

    private void takeOver(Relay relay) {
        LOG.warn("{}: a callback has not returned for over {} ms; others go on beside it", pool, PATIENCE_MILLIS);
        try {
            threads.execute(relay);
        } catch (RuntimeException e) {
            LOG.debug("{}: no thread takes over", pool, e);
            relay.stillWaits(time.tick());
        }
    }

    private void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            LOG.warn("{}: a callback failed", pool, e);
        }
    }

    /** The callbacks of one turn, run by one thread after another if need be. */
    private final class Relay implements Runnable {
        private final ArrayDeque<Runnable> left;
        private long sinceTick = Long.MAX_VALUE;

        Relay(List<Runnable> tasks) {
            left = new ArrayDeque<>(tasks);
        }

        @Override
        public void run() {
            for (Runnable task = next(); task != null; task = next()) {
                guarded(task);
            }
            synchronized (active) {
                active.remove(this);
            }
        }

        private synchronized @Nullable Runnable next() {
            sinceTick = time.tick();
            return left.poll();
        }

        /** Nobody took over yet. */
        synchronized void stillWaits(long now) {
            sinceTick = now;
        }

        /** Whether others wait behind one that has been running for too long; true once for each. */
        synchronized boolean isStuck(long now) {
            if (left.isEmpty() || now - sinceTick <= PATIENCE_MILLIS) {
                return false;
            }
            sinceTick = Long.MAX_VALUE;
            return true;
        }
    }
}
