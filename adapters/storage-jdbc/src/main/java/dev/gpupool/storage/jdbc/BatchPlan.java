package dev.gpupool.storage.jdbc;

import dev.gpupool.spi.storage.Changeset;
import dev.gpupool.spi.storage.CommitResult;
import dev.gpupool.spi.storage.Op;
import dev.gpupool.spi.storage.RecordKey;
import dev.gpupool.spi.storage.StoredRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What one transaction does for a whole batch. The changesets are judged in order against the versions that were found,
 * each on top of those before it that hold; what is left to write is one row a record, however often it changed.
 */
final class BatchPlan {
    private final Map<RecordKey, String> found;
    private final TreeMap<RecordKey, String> versions;
    private final TreeMap<RecordKey, StoredRecord> written = new TreeMap<>();
    private final TreeSet<RecordKey> guarded = new TreeSet<>();
    private final List<CommitResult> results = new ArrayList<>();

    private BatchPlan(Map<RecordKey, String> found) {
        this.found = found;
        this.versions = new TreeMap<>(found);
    }

    /**
     * Judges a batch.
     *
     * @param batch the changesets
     * @param found the versions of the records that exist, of all that the batch names
     */
    static BatchPlan of(List<Changeset> batch, Map<RecordKey, String> found) {
        BatchPlan plan = new BatchPlan(found);
        batch.forEach(plan::judge);
        return plan;
    }

    /** All records that a batch names, in one order for every host, so that two that lock them do not deadlock. */
    static SortedSet<RecordKey> keys(List<Changeset> batch) {
        TreeSet<RecordKey> keys = new TreeSet<>();
        batch.forEach(changeset -> changeset.ops().forEach(op -> keys.add(op.key())));
        return keys;
    }

    private void judge(Changeset changeset) {
        for (Op op : changeset.ops()) {
            if (!Objects.equals(versions.get(op.key()), op.expected())) {
                results.add(CommitResult.CONFLICT);
                return;
            }
        }
        changeset.ops().forEach(this::apply);
        results.add(CommitResult.APPLIED);
    }

    private void apply(Op op) {
        if (op instanceof Op.Put put) {
            versions.put(op.key(), put.record().version());
            written.put(op.key(), put.record());
        } else if (op instanceof Op.Delete) {
            versions.remove(op.key());
            written.remove(op.key());
        }
        if (op.expected() == null && !found.containsKey(op.key())) {
            guarded.add(op.key());
        }
    }

    List<CommitResult> results() {
        return results;
    }

    /** Records that were not there and are now. */
    List<StoredRecord> inserts() {
        return written.values().stream()
                .filter(record -> !found.containsKey(record.key()))
                .toList();
    }

    /** Records that were there and have another version now. */
    List<StoredRecord> updates() {
        return written.values().stream()
                .filter(record -> found.containsKey(record.key()))
                .toList();
    }

    /** Records that were there and are gone. */
    List<RecordKey> deletes() {
        return found.keySet().stream().filter(key -> !versions.containsKey(key)).toList();
    }

    /** Records that a changeset relied on not to exist, and that still do not: nobody may add one meanwhile. */
    List<RecordKey> absent() {
        return guarded.stream().filter(key -> !versions.containsKey(key)).toList();
    }
}
