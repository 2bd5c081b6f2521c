package dev.gpupool.internal.memory;

import dev.gpupool.spi.storage.ChangeListener;
import dev.gpupool.spi.storage.RecordKey;
import dev.gpupool.spi.storage.Watch;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Those who want to hear of changes. Safe for use by many threads. */
public final class Hints {
    private static final Logger LOG = LoggerFactory.getLogger(Hints.class);

    private final CopyOnWriteArrayList<Listening> listeners = new CopyOnWriteArrayList<>();

    public Watch add(ChangeListener listener) {
        Listening listening = new Listening(listener);
        listeners.add(listening);
        return () -> listeners.remove(listening);
    }

    public boolean wanted() {
        return !listeners.isEmpty();
    }

    /** Tells every listener of every key. To be called without a lock. */
    public void tell(List<RecordKey> keys) {
        for (Listening listening : listeners) {
            for (RecordKey key : keys) {
                listening.tell(key);
            }
        }
    }

    public void clear() {
        listeners.clear();
    }

    /** One registration: the same listener may be registered twice. */
    private static final class Listening {
        private final ChangeListener listener;

        Listening(ChangeListener listener) {
            this.listener = listener;
        }

        void tell(RecordKey key) {
            try {
                listener.changed(key);
            } catch (RuntimeException e) {
                LOG.warn("in-memory storage: a change listener failed on {}", key, e);
            }
        }
    }
}
