package dev.gpupool.internal.engine;

import dev.gpupool.internal.record.Doc;
import dev.gpupool.internal.record.DocBody;
import dev.gpupool.spi.storage.Changeset;
import dev.gpupool.spi.storage.Op;
import dev.gpupool.spi.storage.RecordKey;
import dev.gpupool.spi.storage.StoredRecord;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one command changes, atomically, and what is done once that is durable. Changes show in the view at once, so that
 * the next command sees them; if they do not commit, the view goes back and the command is decided again.
 */
final class Decision {
    private final View view;
    private final Command command;
    private final int tries;
    private final List<Change<?>> changes = new ArrayList<>(4);
    private final List<Runnable> acts = new ArrayList<>(2);
    private final java.util.TreeSet<RecordKey> fetches = new java.util.TreeSet<>();
    private java.util.Set<RecordKey> fresh = java.util.Set.of();
    private long conflictsSeen;

    Decision(View view, Command command, int tries) {
        this.view = view;
        this.command = command;
        this.tries = tries;
    }

    /** One operation on one record. */
    private static final class Change<D extends Doc> {
        private final Entry<D> entry;
        private final @Nullable String expected;
        private final Entry.Mark<D> before;
        private @Nullable D next;
        private @Nullable StoredRecord written;
        private boolean deleted;
        private final int generation;

        Change(Entry<D> entry) {
            this.entry = entry;
            this.expected = entry.version();
            this.before = entry.mark();
            this.generation = entry.generation();
        }

        Op op() {
            if (written != null) {
                return new Op.Put(expected, written);
            }
            if (deleted) {
                return new Op.Delete(entry.key(), java.util.Objects.requireNonNull(expected));
            }
            return new Op.Check(entry.key(), expected);
        }

        boolean writes() {
            return written != null || deleted;
        }

        boolean stillMine() {
            return generation == entry.generation();
        }

        void commit() {
            if (written != null) {
                entry.committed(next, written.version(), DocBody.of(written).past());
            } else if (deleted) {
                entry.committed(null, null, List.of());
            }
        }

        boolean outdatedBy(@Nullable StoredRecord record) {
            return !java.util.Objects.equals(record == null ? null : record.version(), expected);
        }

        /** The view forgot this write while it was under way, and knows nothing newer. */
        boolean forgotten() {
            return java.util.Objects.equals(entry.storedVersion(), expected) && entry.settled();
        }
    }

    /** Writes a record; one that is to stay as it is, as other decisions under way may have made it, is relied on. */
    @SuppressWarnings(
            "ReferenceEquality") // the very record that is there; to compare whole documents costs more than it saves
    <D extends Doc> void put(Entry<D> entry, D next) {
        if (next == entry.current()) {
            check(entry);
            return;
        }
        D before = entry.current();
        Change<D> change = change(entry);
        change.written = change.written == null ? entry.write(next, view.newVersion()) : entry.rewrite(next);
        change.next = next;
        view.changed(entry, before);
    }

    <D extends Doc> void delete(Entry<D> entry) {
        D before = entry.current();
        Change<D> change = change(entry);
        change.deleted = true;
        entry.erase();
        view.changed(entry, before);
    }

    /** Relies on a record without changing it. */
    <D extends Doc> void check(Entry<D> entry) {
        change(entry);
    }

    @SuppressWarnings("unchecked") // a change is about the entry that it was made with
    private <D extends Doc> Change<D> change(Entry<D> entry) {
        for (Change<?> change : changes) {
            if (change.entry == entry) {
                return (Change<D>) change;
            }
        }
        Change<D> change = new Change<>(entry);
        changes.add(change);
        entry.use();
        return change;
    }

    /** Cannot be decided before this record was read: it is read, and the command is decided again. */
    void fetch(RecordKey key) {
        fetches.add(key);
    }

    /** These were read for this decision. */
    void informed(java.util.Set<RecordKey> keys) {
        fresh = keys;
    }

    /** Whether a record was read for this decision, and so not before the others that were. */
    boolean isFresh(RecordKey key) {
        return fresh.contains(key);
    }

    java.util.Set<RecordKey> fetches() {
        return fetches;
    }

    /** Done, in order, once everything decided so far is durable. Runs in the loop, under the lock: short. */
    void act(Runnable act) {
        acts.add(act);
    }

    boolean writes() {
        for (Change<?> change : changes) {
            if (change.writes()) {
                return true;
            }
        }
        return false;
    }

    boolean isEmpty() {
        return changes.isEmpty() && acts.isEmpty();
    }

    Changeset changeset() {
        List<Op> ops = new ArrayList<>(changes.size());
        for (Change<?> change : changes) {
            ops.add(change.op());
        }
        return new Changeset(ops);
    }

    void addKeys(java.util.Set<RecordKey> keys) {
        for (Change<?> change : changes) {
            keys.add(change.entry.key());
        }
    }

    /** The decision failed half-way: the view goes back to what it was. */
    void rollBack() {
        for (int i = changes.size() - 1; i >= 0; i--) {
            undo(changes.get(i));
        }
        release();
    }

    /** It is over; each decision ends once, by what calls this. */
    void release() {
        changes.forEach(change -> change.entry.release());
    }

    private <D extends Doc> void undo(Change<D> change) {
        if (change.writes() && change.stillMine()) {
            view.undo(change.entry, change.before);
        }
    }

    void committed() {
        for (Change<?> change : changes) {
            if (change.writes()) {
                commit(change);
            }
        }
        release();
        acts.forEach(Runnable::run);
    }

    private <D extends Doc> void commit(Change<D> change) {
        if (change.stillMine()) {
            change.commit();
            view.stored(change.entry);
        } else if (change.forgotten()) {
            D before = change.entry.current();
            change.commit();
            change.entry.revert();
            view.changed(change.entry, before);
            view.stored(change.entry);
        }
    }

    /** It did not commit: what storage holds replaces what was decided on top of it. */
    void conflicted(java.util.Map<RecordKey, StoredRecord> fresh) {
        for (Change<?> change : changes) {
            StoredRecord record = fresh.get(change.entry.key());
            if (change.stillMine() && (change.writes() || change.outdatedBy(record))) {
                view.reset(change.entry, record);
            }
        }
        release();
    }

    Command command() {
        return command;
    }

    int tries() {
        return tries;
    }

    void conflictsSeen(long count) {
        conflictsSeen = count;
    }

    long conflictsSeen() {
        return conflictsSeen;
    }
}
