package dev.gpupool.internal.engine;

import dev.gpupool.internal.record.Doc;
import dev.gpupool.internal.record.Session;
import dev.gpupool.internal.record.UsageDoc;
import dev.gpupool.internal.record.Worker;
import dev.gpupool.spi.storage.RecordKind;
import java.util.TreeMap;

/**
 * Lets the view forget sessions that have ended, recorded usages and tokens: storage holds them, and they are read again when
 * somebody asks, say with a late report. What stays is the newest session of each worker, which status shows. The caller
 * holds the pool's lock.
 */
final class Oblivion implements View.Index {
    private final Kernel kernel;
    /** The newest sessions that have ended, by worker. */
    private final TreeMap<String, Entry<Session>> newest = new TreeMap<>();

    Oblivion(Kernel kernel) {
        this.kernel = kernel;
    }

    @Override
    public void stored(Entry<? extends Doc> entry) {
        if (entry.key().kind() == RecordKind.TOKEN) {
            kernel.deadlines().after(0, () -> kernel.view().tokens().forget(entry));
            return;
        }
        Doc doc = entry.stored();
        if (doc instanceof Session session && !session.live()) {
            Entry<Session> known = kernel.view().sessions().find(session.id());
            if (known != null) {
                ended(known, session);
            }
        } else if (doc instanceof Worker worker) {
            Entry<Session> before = newest.get(worker.name());
            if (before != null && !before.key().id().equals(worker.session())) {
                newest.remove(worker.name());
                forget(before);
            }
        } else if (doc instanceof UsageDoc) {
            kernel.deadlines().after(0, () -> kernel.view().usages().forget(entry));
        }
    }

    private void ended(Entry<Session> entry, Session session) {
        Worker worker = kernel.view().workers().doc(session.worker());
        if (worker == null || !worker.session().equals(session.id())) {
            forget(entry);
            return;
        }
        Entry<Session> before = newest.put(session.worker(), entry);
        if (before != null && before != entry) {
            forget(before);
        }
    }

    /** After this turn, in which it may be needed still. */
    private void forget(Entry<Session> entry) {
        kernel.deadlines().after(0, () -> {
            Session session = entry.stored();
            if (session == null || !session.live()) {
                kernel.view().sessions().forget(entry);
            }
        });
    }
}
