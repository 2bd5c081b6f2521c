package dev.gpupool.spring;

import dev.gpupool.InMemoryStorage;
import dev.gpupool.spi.storage.Changeset;
import dev.gpupool.spi.storage.CommitResult;
import dev.gpupool.spi.storage.Page;
import dev.gpupool.spi.storage.PoolStorage;
import dev.gpupool.spi.storage.Query;
import dev.gpupool.spi.storage.RecordKey;
import dev.gpupool.spi.storage.StorageUnavailable;
import dev.gpupool.spi.storage.StoredRecord;
import java.util.List;
import java.util.Set;

/** A storage that a test can take away. */
final class FailingStorage implements PoolStorage {
    volatile boolean down;
    volatile boolean closed;
    volatile boolean usedAfterClose;
    private final PoolStorage real = InMemoryStorage.create();

    private PoolStorage real() {
        if (closed) {
            usedAfterClose = true;
        }
        if (down) {
            throw new StorageUnavailable("taken away by the test", new IllegalStateException("down"));
        }
        return real;
    }

    @Override
    public List<StoredRecord> find(Set<RecordKey> keys) {
        return real().find(keys);
    }

    @Override
    public Page scan(Query query) {
        return real().scan(query);
    }

    @Override
    public CommitResult commit(Changeset changeset) {
        return real().commit(changeset);
    }

    @Override
    public void close() {
        closed = true;
        real.close();
    }
}
