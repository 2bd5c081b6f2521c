package dev.gpupool.testkit;

import dev.gpupool.spi.storage.Changeset;
import dev.gpupool.spi.storage.CommitResult;
import dev.gpupool.spi.storage.Op;
import dev.gpupool.spi.storage.PoolStorage;
import dev.gpupool.spi.storage.RecordBody;
import dev.gpupool.spi.storage.StoredRecord;
import java.util.ArrayList;
import java.util.List;

/**
 * Hands on every body as bytes, so that a storage which would keep the object itself tests encoding and decoding as a
 * database does. Safe for use by many threads if the storage behind it is.
 */
public final class RoundTripStorage extends ForwardingStorage {
    /**
     * Stands in front of a storage.
     *
     * @param backing what really keeps the records
     */
    public RoundTripStorage(PoolStorage backing) {
        super(backing);
    }

    @Override
    public List<CommitResult> commitAll(List<Changeset> batch) {
        List<Changeset> encoded = new ArrayList<>(batch.size());
        for (Changeset changeset : batch) {
            List<Op> ops = new ArrayList<>(changeset.ops().size());
            for (Op op : changeset.ops()) {
                ops.add(op instanceof Op.Put put ? new Op.Put(put.expected(), encoded(put.record())) : op);
            }
            encoded.add(new Changeset(ops));
        }
        return backing.commitAll(encoded);
    }

    private static StoredRecord encoded(StoredRecord record) {
        byte[] json = record.body().json();
        if (json.length > RecordBody.MAX_BYTES) {
            throw new IllegalArgumentException("the body of " + record.key() + " must have at most "
                    + RecordBody.MAX_BYTES + " bytes, but had " + json.length);
        }
        return new StoredRecord(
                record.key(),
                record.tenant(),
                record.version(),
                record.state(),
                record.sortKey(),
                RecordBody.ofJson(json));
    }
}
