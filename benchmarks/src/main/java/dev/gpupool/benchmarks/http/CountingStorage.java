package dev.gpupool.benchmarks.http;

import dev.gpupool.spi.storage.ChangeListener;
import dev.gpupool.spi.storage.Changeset;
import dev.gpupool.spi.storage.CommitResult;
import dev.gpupool.spi.storage.Page;
import dev.gpupool.spi.storage.PoolStorage;
import dev.gpupool.spi.storage.Query;
import dev.gpupool.spi.storage.RecordKey;
import dev.gpupool.spi.storage.StoredRecord;
import dev.gpupool.spi.storage.Watch;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** Counts the calls that reach a storage. */
final class CountingStorage implements PoolStorage {
    private final PoolStorage backing;
    private final AtomicLong calls = new AtomicLong();

    CountingStorage(PoolStorage backing) {
        this.backing = backing;
    }

    long calls() {
        return calls.get();
    }

    @Override
    public List<StoredRecord> find(Set<RecordKey> keys) {
        calls.incrementAndGet();
        return backing.find(keys);
    }

    @Override
    public Page scan(Query query) {
        calls.incrementAndGet();
        return backing.scan(query);
    }

    @Override
    public CommitResult commit(Changeset changeset) {
        calls.incrementAndGet();
        return backing.commit(changeset);
    }

    @Override
    public List<CommitResult> commitAll(List<Changeset> batch) {
        calls.incrementAndGet();
        return backing.commitAll(batch);
    }

    @Override
    public Watch watch(ChangeListener listener) {
        return backing.watch(listener);
    }

    @Override
    public void close() {
        backing.close();
    }
}
