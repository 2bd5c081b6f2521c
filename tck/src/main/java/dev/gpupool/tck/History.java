package dev.gpupool.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.spi.storage.Changeset;
import dev.gpupool.spi.storage.Op;
import dev.gpupool.spi.storage.RecordKey;
import dev.gpupool.spi.storage.StoredRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * What many threads applied. Versions are new for ever, so each record's history must be a chain: every version that
 * was consumed (by a put or a delete) had been written, none was consumed twice, and those written but not consumed are
 * what is stored now. Safe for use by many threads.
 */
final class History {
    private final ConcurrentLinkedQueue<Op> applied = new ConcurrentLinkedQueue<>();

    void add(Changeset changeset) {
        applied.addAll(changeset.ops());
    }

    int size() {
        return applied.size();
    }

    /** Asserts that nothing forked and nothing was lost. */
    void isAChainTo(List<StoredRecord> stored) {
        TreeMap<RecordKey, List<String>> written = new TreeMap<>();
        TreeMap<RecordKey, List<String>> consumed = new TreeMap<>();
        for (Op op : applied) {
            String expected = op.expected();
            if (op instanceof Op.Put put) {
                of(written, op).add(put.record().version());
            }
            if (expected != null && !(op instanceof Op.Check)) {
                of(consumed, op).add(expected);
            }
        }
        TreeMap<RecordKey, List<String>> left = new TreeMap<>();
        stored.forEach(record -> left.put(record.key(), List.of(record.version())));
        written.forEach((key, versions) ->
                isAChain(key, versions, consumed.getOrDefault(key, List.of()), left.getOrDefault(key, List.of())));
    }

    private static void isAChain(RecordKey key, List<String> written, List<String> consumed, List<String> left) {
        assertThat(consumed).as("%s: no version is replaced twice", key).doesNotHaveDuplicates();
        assertThat(written).as("%s: every replaced version was written", key).containsAll(consumed);
        TreeSet<String> open = new TreeSet<>(written);
        open.removeAll(consumed);
        assertThat(open)
                .as("%s: what was written and not replaced is stored", key)
                .containsExactlyElementsOf(left);
    }

    private static List<String> of(Map<RecordKey, List<String>> versions, Op op) {
        return versions.computeIfAbsent(op.key(), key -> new ArrayList<>());
    }
}
