package dev.gpupool.dashboard;

import dev.gpupool.InMemoryStorage;
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
import java.util.concurrent.CountDownLatch;

/** A storage whose reads can be held up. */
final class StuckStorage implements PoolStorage {
    private final PoolStorage backing = InMemoryStorage.create();
    private volatile CountDownLatch way = new CountDownLatch(0);

    void stick(boolean stuck) {
        way.countDown();
        way = new CountDownLatch(stuck ? 1 : 0);
    }

    @Override
    public List<StoredRecord> find(Set<RecordKey> keys) {
        Browserless.await(way);
        return backing.find(keys);
    }

    @Override
    public Page scan(Query query) {
        Browserless.await(way);
        return backing.scan(query);
    }

    @Override
    public CommitResult commit(Changeset changeset) {
        return backing.commit(changeset);
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
