package dev.gpupool.testkit;

import dev.gpupool.spi.storage.Changeset;
import dev.gpupool.spi.storage.CommitResult;
import dev.gpupool.spi.storage.Op;
import dev.gpupool.spi.storage.Page;
import dev.gpupool.spi.storage.PoolStorage;
import dev.gpupool.spi.storage.Query;
import dev.gpupool.spi.storage.RecordKey;
import dev.gpupool.spi.storage.StoredRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/** The least storage that keeps records by version. */
final class PlainStorage implements PoolStorage {
    final TreeMap<RecordKey, StoredRecord> records = new TreeMap<>();
    boolean closed;

    @Override
    public List<StoredRecord> find(Set<RecordKey> keys) {
        List<StoredRecord> found = new ArrayList<>();
        for (RecordKey key : keys) {
            StoredRecord record = records.get(key);
            if (record != null) {
                found.add(record);
            }
        }
        return found;
    }

    @Override
    public Page scan(Query query) {
        return new Page(
                records.values().stream()
                        .filter(record -> record.key().kind() == query.kind())
                        .toList(),
                null);
    }

    @Override
    public CommitResult commit(Changeset changeset) {
        for (Op op : changeset.ops()) {
            StoredRecord stored = records.get(op.key());
            if (!Objects.equals(stored == null ? null : stored.version(), op.expected())) {
                return CommitResult.CONFLICT;
            }
        }
        for (Op op : changeset.ops()) {
            if (op instanceof Op.Put put) {
                records.put(put.key(), put.record());
            } else if (op instanceof Op.Delete delete) {
                records.remove(delete.key());
            }
        }
        return CommitResult.APPLIED;
    }

    @Override
    public void close() {
        closed = true;
    }
}
