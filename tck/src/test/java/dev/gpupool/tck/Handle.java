package dev.gpupool.tck;

import dev.gpupool.spi.storage.ChangeListener;
import dev.gpupool.spi.storage.Changeset;
import dev.gpupool.spi.storage.CommitResult;
import dev.gpupool.spi.storage.Op;
import dev.gpupool.spi.storage.Page;
import dev.gpupool.spi.storage.PoolStorage;
import dev.gpupool.spi.storage.Query;
import dev.gpupool.spi.storage.RecordKey;
import dev.gpupool.spi.storage.StoredRecord;
import dev.gpupool.spi.storage.Watch;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** One host's sound handle on data that others share: what the broken ones are broken from. */
class Handle implements PoolStorage {
    /** Counts what any handle commits. */
    private static final AtomicLong COMMITS = new AtomicLong();

    final PoolStorage data;
    private volatile boolean closed;

    Handle(PoolStorage data) {
        this.data = data;
    }

    @Override
    public List<StoredRecord> find(Set<RecordKey> keys) {
        checkOpen();
        return data.find(keys);
    }

    @Override
    public Page scan(Query query) {
        checkOpen();
        return data.scan(query);
    }

    @Override
    public CommitResult commit(Changeset changeset) {
        checkOpen();
        return apply(changeset);
    }

    @Override
    public List<CommitResult> commitAll(List<Changeset> batch) {
        checkOpen();
        List<CommitResult> results = new ArrayList<>();
        batch.forEach(changeset -> results.add(commit(changeset)));
        return results;
    }

    @Override
    public Watch watch(ChangeListener listener) {
        checkOpen();
        return data.watch(listener);
    }

    @Override
    public void close() {
        closed = true;
    }

    final CommitResult apply(Changeset changeset) {
        CommitResult result = data.commit(changeset);
        COMMITS.incrementAndGet();
        return result;
    }

    void checkOpen() {
        if (closed) {
            throw new IllegalStateException("the handle was closed");
        }
    }

    @Nullable String version(RecordKey key) {
        List<StoredRecord> found = data.find(new TreeSet<>(List.of(key)));
        return found.isEmpty() ? null : found.get(0).version();
    }

    boolean holds(Op op) {
        String version = version(op.key());
        return version == null ? op.expected() == null : version.equals(op.expected());
    }

    /** The same operation with the condition that holds just now. */
    Op forced(Op op) {
        String version = version(op.key());
        if (op instanceof Op.Put put) {
            return new Op.Put(version, put.record());
        }
        return op instanceof Op.Delete && version != null
                ? new Op.Delete(op.key(), version)
                : new Op.Check(op.key(), version);
    }

    static boolean isCheck(Op op) {
        return op instanceof Op.Check;
    }

    /** Lets another thread write meanwhile, if there is one that wants to: how a race is lost on a busy machine too. */
    @SuppressWarnings("ThreadPriorityCheck") // races are what it is for
    static void dawdle() {
        long before = COMMITS.get();
        for (int i = 0; i < 1_000 && COMMITS.get() == before; i++) {
            Thread.yield();
        }
    }
}
