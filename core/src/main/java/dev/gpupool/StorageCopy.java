package dev.gpupool;

import dev.gpupool.spi.storage.Changeset;
import dev.gpupool.spi.storage.CommitResult;
import dev.gpupool.spi.storage.Op;
import dev.gpupool.spi.storage.Page;
import dev.gpupool.spi.storage.PoolStorage;
import dev.gpupool.spi.storage.Query;
import dev.gpupool.spi.storage.RecordKey;
import dev.gpupool.spi.storage.RecordKind;
import dev.gpupool.spi.storage.StoredRecord;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Takes a pool's records from one storage to another, such as from a file to a database that several hosts share. */
public final class StorageCopy {
    /** Records may have a megabyte each, and a page is in memory. */
    private static final int PAGE = 100;

    private StorageCopy() {}

    /**
     * Copies every record. No pool may use either storage meanwhile. A copy that was cut off is finished by calling this
     * again; a target that holds anything that is not the source's is refused, and stays as it was. Blocks.
     *
     * @param from the source; only read
     * @param to the target
     * @return how many records are in the target now
     * @throws IllegalArgumentException if the target holds a record that the source does not hold in the same version
     * @throws dev.gpupool.spi.storage.StorageUnavailable if one of them does not answer
     * @throws dev.gpupool.spi.storage.OutcomeUnknown if it is not known what the target did with the last records
     */
    public static long copy(PoolStorage from, PoolStorage to) {
        for (RecordKind kind : RecordKind.values()) {
            pages(to, kind, page -> {
                Map<RecordKey, StoredRecord> sources = byKey(from, page);
                page.forEach(record -> requireSame(record, sources.get(record.key())));
            });
        }
        long count = 0;
        for (RecordKind kind : RecordKind.values()) {
            count += pages(from, kind, page -> put(page, to));
        }
        return count;
    }

    private static void put(List<StoredRecord> page, PoolStorage to) {
        Map<RecordKey, StoredRecord> known = byKey(to, page);
        List<StoredRecord> missing =
                page.stream().filter(record -> !known.containsKey(record.key())).toList();
        List<CommitResult> results = to.commitAll(missing.stream()
                .map(record -> new Changeset(List.of(new Op.Put(null, record))))
                .toList());
        for (int i = 0; i < missing.size(); i++) {
            if (results.get(i) != CommitResult.APPLIED) {
                throw new IllegalArgumentException("to is being written by somebody else: "
                        + missing.get(i).key() + " appeared while it was copied");
            }
        }
    }

    private static void requireSame(StoredRecord record, @Nullable StoredRecord source) {
        if (source == null || !source.version().equals(record.version())) {
            throw new IllegalArgumentException("to must hold nothing, or a part of what from holds, but holds "
                    + record.key() + (source == null ? ", which from does not" : " in another version"));
        }
    }

    private static Map<RecordKey, StoredRecord> byKey(PoolStorage storage, List<StoredRecord> records) {
        TreeSet<RecordKey> keys = new TreeSet<>();
        records.forEach(record -> keys.add(record.key()));
        TreeMap<RecordKey, StoredRecord> found = new TreeMap<>();
        storage.find(keys).forEach(record -> found.put(record.key(), record));
        return found;
    }

    private static long pages(PoolStorage storage, RecordKind kind, Consumer<List<StoredRecord>> each) {
        long count = 0;
        Query query = new Query(kind, null, "", null, PAGE);
        while (true) {
            Page page = storage.scan(query);
            each.accept(page.records());
            count += page.records().size();
            if (page.next() == null) {
                return count;
            }
            query = query.after(page.next());
        }
    }
}
