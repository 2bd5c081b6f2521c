package dev.gpupool.internal.engine;

import dev.gpupool.PoolEvent;
import dev.gpupool.PoolListener;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells listeners what happened: each has a queue of its own, so one that hangs holds up only itself. The queue is bounded:
 * what a listener missed when it comes back is told to it once, as a number.
 */
final class Events {
    private static final Logger LOG = LoggerFactory.getLogger(Events.class);
    private static final int MOST_WAITING = 10_000;

    private final String pool;
    private final Executor threads;
    private final CopyOnWriteArrayList<Subscriber> subscribers = new CopyOnWriteArrayList<>();

    Events(String pool, Executor threads) {
        this.pool = pool;
        this.threads = threads;
    }

    void add(PoolListener listener) {
        subscribers.add(new Subscriber(listener));
    }

    @SuppressWarnings("ReferenceEquality") // the very listener that was added
    void remove(PoolListener listener) {
        subscribers.removeIf(subscriber -> subscriber.listener == listener);
    }

    /** Nothing more is told: a listener that is interrupted is not called again. */
    void close() {
        subscribers.forEach(Subscriber::forget);
    }

    void emit(PoolEvent event) {
        for (Subscriber subscriber : subscribers) {
            subscriber.offer(event);
        }
    }

    /** One listener with the events that wait for it. */
    private final class Subscriber {
        private final PoolListener listener;
        private final ArrayDeque<PoolEvent> waiting = new ArrayDeque<>();
        private final SerialExecutor executor = new SerialExecutor(pool + " listener", threads);
        private boolean scheduled;
        private long dropped;

        Subscriber(PoolListener listener) {
            this.listener = listener;
        }

        void offer(PoolEvent event) {
            synchronized (waiting) {
                if (waiting.size() >= MOST_WAITING) {
                    waiting.poll();
                    if (dropped++ == 0) {
                        LOG.warn(
                                "{}: listener {} is behind by {} events; the oldest are dropped",
                                pool,
                                listener,
                                MOST_WAITING);
                    }
                }
                waiting.add(event);
                if (scheduled) {
                    return;
                }
                scheduled = true;
            }
            try {
                executor.execute(this::deliver);
            } catch (RuntimeException e) {
                LOG.debug("{}: event {} comes after the end", pool, event.type());
            }
        }

        void forget() {
            synchronized (waiting) {
                waiting.clear();
                dropped = 0;
            }
        }

        private void deliver() {
            PoolEvent event = next();
            while (event != null) {
                tell(event);
                event = next();
            }
        }

        private @org.jspecify.annotations.Nullable PoolEvent next() {
            synchronized (waiting) {
                if (dropped > 0) {
                    return missed(waiting.element());
                }
                PoolEvent event = waiting.poll();
                scheduled = event != null;
                return event;
            }
        }

        private PoolEvent missed(PoolEvent next) {
            long count = dropped;
            dropped = 0;
            LOG.warn("{}: listener {} is back; it missed {} events", pool, listener, count);
            return new PoolEvent(
                    PoolEvent.Type.EVENTS_MISSED, next.at(), "", "", "", List.of(), count + " events were dropped");
        }

        private void tell(PoolEvent event) {
            try {
                listener.onEvent(event);
            } catch (RuntimeException | Error e) {
                LOG.warn(
                        "{}: listener {} failed on {} (job {}, worker {})",
                        pool,
                        listener,
                        event.type(),
                        event.jobId(),
                        event.worker(),
                        e);
            }
        }
    }
}
