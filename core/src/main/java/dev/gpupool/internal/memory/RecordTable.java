package dev.gpupool.internal.memory;

import dev.gpupool.internal.util.Lookup;
import dev.gpupool.spi.storage.Changeset;
import dev.gpupool.spi.storage.CommitResult;
import dev.gpupool.spi.storage.Op;
import dev.gpupool.spi.storage.Page;
import dev.gpupool.spi.storage.Query;
import dev.gpupool.spi.storage.RecordKey;
import dev.gpupool.spi.storage.RecordKind;
import dev.gpupool.spi.storage.StorageFull;
import dev.gpupool.spi.storage.StoredRecord;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A bounded table of records. Not thread-safe. A batch is applied so:
 *
 * <ol>
 *   <li>If the records that it adds fit even when none of it is refused, each changeset is checked and applied.
 *   <li>Otherwise each step is written to a journal, and where a changeset needs room, the finished records with the
 *       smallest sort keys make it. Records that the batch names are spared, so that no changeset is refused because
 *       of room that another one needed.
 *   <li>If there are not enough of them, the journal is undone and {@link StorageFull} is thrown.
 * </ol>
 */
public final class RecordTable {
    private final EnumMap<RecordKind, KindIndex> kinds = new EnumMap<>(RecordKind.class);
    private final int maxRecords;
    private final String finishedPrefix;
    private int size;

    /** At most so many records; those whose state begins with the prefix may be evicted. */
    public RecordTable(int maxRecords, String finishedPrefix) {
        this.maxRecords = maxRecords;
        this.finishedPrefix = finishedPrefix;
        for (RecordKind kind : RecordKind.values()) {
            kinds.put(kind, new KindIndex());
        }
    }

    public int size() {
        return size;
    }

    public List<StoredRecord> find(Set<RecordKey> keys) {
        List<StoredRecord> found = new ArrayList<>(keys.size());
        for (RecordKey key : keys) {
            StoredRecord record = get(key);
            if (record != null) {
                found.add(record);
            }
        }
        return found;
    }

    public Page scan(Query query) {
        return records(query.kind()).scan(query);
    }

    /**
     * Applies one changeset.
     *
     * @param changed told of every key that was written or deleted, evictions included
     * @throws StorageFull if there is no room; nothing has changed then
     */
    public CommitResult commit(Changeset changeset, Consumer<RecordKey> changed) {
        if (size + additions(changeset) > maxRecords) {
            return commitAll(List.of(changeset), changed).get(0);
        }
        if (!holds(changeset)) {
            return CommitResult.CONFLICT;
        }
        apply(changeset, null, changed);
        return CommitResult.APPLIED;
    }

    /**
     * Applies changesets in order, each for itself.
     *
     * @param changed told of every key that was written or deleted, evictions included
     * @throws StorageFull if there is no room for the batch; nothing has changed then
     */
    public List<CommitResult> commitAll(List<Changeset> batch, Consumer<RecordKey> changed) {
        long additions = 0;
        for (Changeset changeset : batch) {
            additions += additions(changeset);
        }
        return size + additions <= maxRecords ? applyAll(batch, changed) : applyMakingRoom(batch, changed);
    }

    private List<CommitResult> applyAll(List<Changeset> batch, Consumer<RecordKey> changed) {
        List<CommitResult> results = new ArrayList<>(batch.size());
        for (Changeset changeset : batch) {
            boolean holds = holds(changeset);
            if (holds) {
                apply(changeset, null, changed);
            }
            results.add(holds ? CommitResult.APPLIED : CommitResult.CONFLICT);
        }
        return results;
    }

    private List<CommitResult> applyMakingRoom(List<Changeset> batch, Consumer<RecordKey> changed) {
        Lookup<RecordKey, Boolean> named = named(batch);
        List<Undo> journal = new ArrayList<>();
        List<CommitResult> results = new ArrayList<>(batch.size());
        for (Changeset changeset : batch) {
            boolean holds = holds(changeset);
            if (holds) {
                if (!makeRoom(growth(changeset), named, journal)) {
                    undo(journal);
                    throw new StorageFull("in-memory storage holds " + size + " of at most " + maxRecords
                            + " records, and too few of them are finished to make room: raise the limit with"
                            + " InMemoryStorage.create(maxRecords), or use a durable storage");
                }
                apply(changeset, journal, key -> {});
            }
            results.add(holds ? CommitResult.APPLIED : CommitResult.CONFLICT);
        }
        journal.forEach(step -> changed.accept(step.key()));
        return results;
    }

    private static Lookup<RecordKey, Boolean> named(List<Changeset> batch) {
        Lookup<RecordKey, Boolean> named = new Lookup<>();
        batch.forEach(changeset -> changeset.ops().forEach(op -> named.put(op.key(), Boolean.TRUE)));
        return named;
    }

    /** Evicts finished records until the table can grow by so many. */
    private boolean makeRoom(int growth, Lookup<RecordKey, Boolean> named, List<Undo> journal) {
        while (growth > 0 && size + growth > maxRecords) {
            StoredRecord oldest = null;
            for (KindIndex kind : kinds.values()) {
                StoredRecord candidate = kind.oldest(finishedPrefix, record -> named.containsKey(record.key()));
                oldest = candidate == null ? oldest : KindIndex.older(oldest, candidate);
            }
            if (oldest == null) {
                return false;
            }
            journal.add(new Undo(oldest.key(), delete(oldest.key())));
        }
        return true;
    }

    private void undo(List<Undo> journal) {
        for (int i = journal.size() - 1; i >= 0; i--) {
            Undo step = journal.get(i);
            if (step.before() == null) {
                delete(step.key());
            } else {
                put(step.before());
            }
        }
    }

    private boolean holds(Changeset changeset) {
        for (Op op : changeset.ops()) {
            StoredRecord stored = get(op.key());
            String expected = op.expected();
            if (expected == null ? stored != null : stored == null || !expected.equals(stored.version())) {
                return false;
            }
        }
        return true;
    }

    private void apply(Changeset changeset, @Nullable List<Undo> journal, Consumer<RecordKey> changed) {
        for (Op op : changeset.ops()) {
            if (op instanceof Op.Check) {
                continue;
            }
            StoredRecord before = op instanceof Op.Put put ? put(put.record()) : delete(op.key());
            if (journal != null) {
                journal.add(new Undo(op.key(), before));
            }
            changed.accept(op.key());
        }
    }

    private static int additions(Changeset changeset) {
        int additions = 0;
        for (Op op : changeset.ops()) {
            if (op instanceof Op.Put put && put.expected() == null) {
                additions++;
            }
        }
        return additions;
    }

    private static int growth(Changeset changeset) {
        int deletions = 0;
        for (Op op : changeset.ops()) {
            if (op instanceof Op.Delete) {
                deletions++;
            }
        }
        return additions(changeset) - deletions;
    }

    private KindIndex records(RecordKind kind) {
        return Objects.requireNonNull(kinds.get(kind));
    }

    private @Nullable StoredRecord get(RecordKey key) {
        return records(key.kind()).get(key.id());
    }

    private @Nullable StoredRecord put(StoredRecord record) {
        StoredRecord before = records(record.key().kind()).put(record);
        if (before == null) {
            size++;
        }
        return before;
    }

    private @Nullable StoredRecord delete(RecordKey key) {
        StoredRecord before = records(key.kind()).remove(key.id());
        if (before != null) {
            size--;
        }
        return before;
    }

    /** What a key held before a step. */
    private record Undo(RecordKey key, @Nullable StoredRecord before) {}
}
