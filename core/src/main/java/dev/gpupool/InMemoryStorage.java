package dev.gpupool;

import dev.gpupool.internal.memory.Hints;
import dev.gpupool.internal.memory.RecordTable;
import dev.gpupool.spi.internal.Require;
import dev.gpupool.spi.storage.ChangeListener;
import dev.gpupool.spi.storage.Changeset;
import dev.gpupool.spi.storage.CommitResult;
import dev.gpupool.spi.storage.Page;
import dev.gpupool.spi.storage.PoolStorage;
import dev.gpupool.spi.storage.Query;
import dev.gpupool.spi.storage.RecordKey;
import dev.gpupool.spi.storage.StorageFull;
import dev.gpupool.spi.storage.StoredRecord;
import dev.gpupool.spi.storage.Watch;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Keeps a pool's records in this process. They survive nothing: for tests, and for hosts that can do without the jobs
 * of before their last restart. Several pools of this process may share one.
 *
 * <ul>
 *   <li>Bodies are kept as the objects that they are and never encoded.
 *   <li>It is bounded. When a new record needs room, the <em>finished</em> records that ended first are evicted; their
 *       results are forgotten then, and so are their idempotency keys. If nothing is finished, {@link StorageFull} is
 *       thrown; writes that add no record still work.
 *   <li>{@link #watch} hints come from the thread that commits, after the commit and outside every lock.
 *   <li>A scan for one tenant passes over the records of the others, and holds the lock meanwhile.
 * </ul>
 *
 * <p>Safe for use by many threads; one lock, held for microseconds.
 */
public final class InMemoryStorage implements PoolStorage {
    /** The most records unless set. */
    public static final int DEFAULT_MAX_RECORDS = 1_000_000;

    /**
     * How the state of a finished record begins. A record in such a state never changes again, and its sort key is the
     * time at which it ended: only these records may be evicted, the smallest sort key first.
     */
    public static final String FINISHED_STATE_PREFIX = "Z";

    private final ReentrantLock lock = new ReentrantLock();
    private final RecordTable table;
    private final Hints hints = new Hints();
    private boolean closed;

    private InMemoryStorage(int maxRecords) {
        table = new RecordTable(maxRecords, FINISHED_STATE_PREFIX);
    }

    /**
     * An empty storage for at most {@value #DEFAULT_MAX_RECORDS} records.
     *
     * @return the storage
     */
    public static InMemoryStorage create() {
        return create(DEFAULT_MAX_RECORDS);
    }

    /**
     * An empty storage with a limit.
     *
     * @param maxRecords the most records of all kinds together, at least 1; a record takes about 200 bytes and its body
     * @return the storage
     * @throws IllegalArgumentException if the limit is below 1
     */
    public static InMemoryStorage create(int maxRecords) {
        return new InMemoryStorage(Require.between("maxRecords", maxRecords, 1, Integer.MAX_VALUE));
    }

    @Override
    public List<StoredRecord> find(Set<RecordKey> keys) {
        Require.between("keys.size", keys.size(), 0, 1_000);
        return locked(() -> table.find(keys));
    }

    @Override
    public Page scan(Query query) {
        return locked(() -> table.scan(query));
    }

    @Override
    public CommitResult commit(Changeset changeset) {
        if (!hints.wanted()) {
            return locked(() -> table.commit(changeset, InMemoryStorage::tellNobody));
        }
        List<RecordKey> changed = new ArrayList<>(changeset.ops().size());
        CommitResult result = locked(() -> table.commit(changeset, changed::add));
        hints.tell(changed);
        return result;
    }

    @Override
    public List<CommitResult> commitAll(List<Changeset> batch) {
        Require.between("batch.size", batch.size(), 0, Changeset.MAX_BATCH);
        if (!hints.wanted()) {
            return locked(() -> table.commitAll(batch, InMemoryStorage::tellNobody));
        }
        List<RecordKey> changed = new ArrayList<>();
        List<CommitResult> results = locked(() -> table.commitAll(batch, changed::add));
        hints.tell(changed);
        return results;
    }

    @Override
    public Watch watch(ChangeListener listener) {
        Require.notNull("listener", listener);
        return locked(() -> hints.add(listener));
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            hints.clear();
        } finally {
            lock.unlock();
        }
    }

    private static void tellNobody(RecordKey key) {}

    private <T> T locked(Supplier<T> work) {
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the in-memory storage was closed");
            }
            return work.get();
        } finally {
            lock.unlock();
        }
    }
}
