package dev.gpupool.testkit;

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

/** A storage in front of another one: all writes go through {@link #commitAll}. */
abstract class ForwardingStorage implements PoolStorage {
    final PoolStorage backing;

    ForwardingStorage(PoolStorage backing) {
        this.backing = backing;
    }

    @Override
    public List<StoredRecord> find(Set<RecordKey> keys) {
        return backing.find(keys);
    }

    @Override
    public Page scan(Query query) {
        return backing.scan(query);
    }

    @Override
    public final CommitResult commit(Changeset changeset) {
        return commitAll(List.of(changeset)).get(0);
    }

    @Override
    public abstract List<CommitResult> commitAll(List<Changeset> batch);

    @Override
    public Watch watch(ChangeListener listener) {
        return backing.watch(listener);
    }

    @Override
    public void close() {
        backing.close();
    }
}
