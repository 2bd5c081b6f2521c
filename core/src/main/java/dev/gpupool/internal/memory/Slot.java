package dev.gpupool.internal.memory;

import dev.gpupool.spi.storage.StoredRecord;
import java.util.Comparator;

/**
 * The one place of a record, shared by the lookup and the order: a write that keeps state and sort key changes only
 * what the slot holds.
 */
final class Slot {
    /** By sort key, then id: the order within one state. */
    static final Comparator<Slot> BY_SORT_KEY = (a, b) -> {
        int bySortKey = a.record.sortKey().compareTo(b.record.sortKey());
        return bySortKey != 0
                ? bySortKey
                : a.record.key().id().compareTo(b.record.key().id());
    };

    /** May be replaced in place only by a record with the same state and sort key. */
    StoredRecord record;

    Slot(StoredRecord record) {
        this.record = record;
    }

    boolean keepsPlaceWith(StoredRecord next) {
        return record.sortKey().equals(next.sortKey()) && record.state().equals(next.state());
    }
}
