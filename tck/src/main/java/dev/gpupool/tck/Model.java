package dev.gpupool.tck;

import dev.gpupool.spi.storage.Changeset;
import dev.gpupool.spi.storage.CommitResult;
import dev.gpupool.spi.storage.Op;
import dev.gpupool.spi.storage.RecordKey;
import dev.gpupool.spi.storage.StoredRecord;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a storage should hold, decided as simply as it can be said. Not thread-safe. */
final class Model {
    private final TreeMap<RecordKey, StoredRecord> records = new TreeMap<>();

    CommitResult commit(Changeset changeset) {
        for (Op op : changeset.ops()) {
            if (!Objects.equals(version(op.key()), op.expected())) {
                return CommitResult.CONFLICT;
            }
        }
        for (Op op : changeset.ops()) {
            if (op instanceof Op.Put put) {
                records.put(put.key(), put.record());
            } else if (op instanceof Op.Delete) {
                records.remove(op.key());
            }
        }
        return CommitResult.APPLIED;
    }

    @Nullable String version(RecordKey key) {
        StoredRecord record = records.get(key);
        return record == null ? null : record.version();
    }

    StoredRecord[] records() {
        return records.values().toArray(StoredRecord[]::new);
    }
}
