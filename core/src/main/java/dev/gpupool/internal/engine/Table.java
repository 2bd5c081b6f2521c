package dev.gpupool.internal.engine;

import dev.gpupool.internal.record.Doc;
import dev.gpupool.internal.util.Lookup;
import dev.gpupool.spi.storage.RecordKey;
import dev.gpupool.spi.storage.RecordKind;
import java.util.Collection;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The cached records of one kind. The caller holds the pool's lock. */
final class Table<D extends Doc> {
    private final RecordKind kind;
    private final boolean complete;
    private final Lookup<String, Entry<D>> byId = new Lookup<>();
    private final TreeMap<String, Entry<D>> ordered = new TreeMap<>();

    /**
     * An empty table.
     *
     * @param complete whether it holds every record of its kind: then what is not here does not exist, and the entries
     *     can be listed in the order of their ids
     */
    Table(RecordKind kind, boolean complete) {
        this.kind = kind;
        this.complete = complete;
    }

    /** The entry of a record that exists, as far as this host knows; {@code null} otherwise. */
    @Nullable Entry<D> find(String id) {
        Entry<D> entry = byId.get(id);
        return entry == null || entry.current() == null ? null : entry;
    }

    /** Whether there is an entry, be it of a record that is known not to exist. */
    boolean has(String id) {
        return byId.get(id) != null;
    }

    /** The document of a record that exists, as far as this host knows. */
    @Nullable D doc(String id) {
        Entry<D> entry = byId.get(id);
        return entry == null ? null : entry.current();
    }

    /** The entry of a record whether or not it exists. */
    Entry<D> entry(String id) {
        Entry<D> entry = byId.get(id);
        if (entry == null) {
            entry = new Entry<>(new RecordKey(kind, id));
            if (complete) {
                entry.known();
                ordered.put(id, entry);
            }
            byId.put(id, entry);
        }
        return entry;
    }

    /** Lets go of an entry, unless a decision under way is about it: it is read again when somebody asks. */
    void forget(Entry<?> entry) {
        if (byId.get(entry.key().id()) == entry && entry.settled()) {
            remove(entry.key().id());
        }
    }

    void remove(String id) {
        byId.remove(id);
        if (complete) {
            ordered.remove(id);
        }
    }

    /** In the order of their ids; only of a complete table. */
    Collection<Entry<D>> all() {
        return ordered.values();
    }

    int size() {
        return byId.size();
    }
}
