package dev.gpupool.internal.memory;

import dev.gpupool.internal.util.Lookup;
import dev.gpupool.spi.storage.Cursor;
import dev.gpupool.spi.storage.Page;
import dev.gpupool.spi.storage.Query;
import dev.gpupool.spi.storage.RecordBody;
import dev.gpupool.spi.storage.RecordKey;
import dev.gpupool.spi.storage.RecordKind;
import dev.gpupool.spi.storage.StoredRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The records of one kind: found by id, and in scan order state by state. Not thread-safe. */
final class KindIndex {
    private static final RecordBody NOTHING = () -> new byte[0];

    private final Lookup<String, Slot> byId = new Lookup<>();
    private final TreeMap<String, TreeSet<Slot>> byState = new TreeMap<>();

    @Nullable StoredRecord get(String id) {
        Slot slot = byId.get(id);
        return slot == null ? null : slot.record;
    }

    /** Returns the record that was there before, or {@code null}. */
    @Nullable StoredRecord put(StoredRecord record) {
        Slot slot = byId.get(record.key().id());
        if (slot == null) {
            slot = new Slot(record);
            byId.put(record.key().id(), slot);
            enter(slot);
            return null;
        }
        StoredRecord previous = slot.record;
        if (slot.keepsPlaceWith(record)) {
            slot.record = record;
        } else {
            leave(slot);
            slot.record = record;
            enter(slot);
        }
        return previous;
    }

    /** Returns the record that was there, or {@code null}. */
    @Nullable StoredRecord remove(String id) {
        Slot slot = byId.remove(id);
        if (slot == null) {
            return null;
        }
        leave(slot);
        return slot.record;
    }

    private void enter(Slot slot) {
        String state = slot.record.state();
        TreeSet<Slot> peers = byState.get(state);
        if (peers == null) {
            peers = new TreeSet<>(Slot.BY_SORT_KEY);
            byState.put(state, peers);
        }
        peers.add(slot);
    }

    private void leave(Slot slot) {
        String state = slot.record.state();
        TreeSet<Slot> peers = byState.get(state);
        if (peers != null && peers.remove(slot) && peers.isEmpty()) {
            byState.remove(state);
        }
    }

    Page scan(Query query) {
        List<StoredRecord> found = new ArrayList<>(Math.min(query.limit(), 64));
        for (Map.Entry<String, TreeSet<Slot>> entry :
                byState.tailMap(firstState(query), true).entrySet()) {
            if (!entry.getKey().startsWith(query.statePrefix())) {
                break;
            }
            for (Slot slot : afterCursor(entry.getKey(), entry.getValue(), query.after())) {
                if (query.tenant() != null && !query.tenant().equals(slot.record.tenant())) {
                    continue;
                }
                if (found.size() == query.limit()) {
                    return new Page(found, found.get(found.size() - 1).cursor());
                }
                found.add(slot.record);
            }
        }
        return new Page(found, null);
    }

    private static String firstState(Query query) {
        Cursor after = query.after();
        return after != null && after.state().compareTo(query.statePrefix()) > 0 ? after.state() : query.statePrefix();
    }

    private static NavigableSet<Slot> afterCursor(String state, NavigableSet<Slot> peers, @Nullable Cursor after) {
        if (after == null || !after.state().equals(state)) {
            return peers;
        }
        if (after.id().isEmpty()) {
            // A record's id is never empty, so the place before all ids of a sort key needs the least id as a probe.
            return peers.tailSet(probe(after, " "), true);
        }
        return peers.tailSet(probe(after, after.id()), false);
    }

    private static Slot probe(Cursor place, String id) {
        RecordKey key = new RecordKey(RecordKind.JOB, id);
        return new Slot(new StoredRecord(key, "", "probe", place.state(), place.sortKey(), NOTHING));
    }

    /** The record with the smallest sort key among those whose state begins so and that are not spared. */
    @Nullable StoredRecord oldest(String statePrefix, Predicate<StoredRecord> spared) {
        StoredRecord oldest = null;
        for (Map.Entry<String, TreeSet<Slot>> entry :
                byState.tailMap(statePrefix, true).entrySet()) {
            if (!entry.getKey().startsWith(statePrefix)) {
                break;
            }
            for (Slot slot : entry.getValue()) {
                if (!spared.test(slot.record)) {
                    oldest = older(oldest, slot.record);
                    break;
                }
            }
        }
        return oldest;
    }

    static StoredRecord older(@Nullable StoredRecord a, StoredRecord b) {
        return a == null || b.sortKey().compareTo(a.sortKey()) < 0 ? b : a;
    }
}
