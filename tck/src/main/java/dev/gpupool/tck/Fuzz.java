package dev.gpupool.tck;

import static dev.gpupool.tck.Records.check;
import static dev.gpupool.tck.Records.delete;
import static dev.gpupool.tck.Records.job;
import static dev.gpupool.tck.Records.keys;

import dev.gpupool.spi.storage.Changeset;
import dev.gpupool.spi.storage.Op;
import dev.gpupool.spi.storage.PoolStorage;
import dev.gpupool.spi.storage.StoredRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Batches that a host might commit: right by what it has just read, wrong if another was quicker. */
final class Fuzz {
    private static final List<String> IDS = List.of("a", "b", "c", "d", "e", "f");

    private Fuzz() {}

    /** One or two changesets; the second builds on the first. */
    static List<Changeset> batch(Dice dice, PoolStorage storage, String version) {
        TreeMap<String, String> versions = new TreeMap<>();
        for (StoredRecord record : storage.find(keys(IDS.toArray(String[]::new)))) {
            versions.put(record.key().id(), record.version());
        }
        List<Changeset> batch = new ArrayList<>();
        for (int i = dice.below(2); i >= 0; i--) {
            batch.add(changeset(dice, versions, version + "-" + i));
        }
        return batch;
    }

    private static Changeset changeset(Dice dice, Map<String, String> versions, String version) {
        List<String> ids = dice.shuffled(IDS);
        List<Op> ops = new ArrayList<>();
        for (int i = dice.below(3); i >= 0; i--) {
            Op op = op(dice, ids.get(i), versions.get(ids.get(i)), version);
            ops.add(op);
            if (op instanceof Op.Put) {
                versions.put(ids.get(i), version);
            } else if (op instanceof Op.Delete) {
                versions.remove(ids.get(i));
            }
        }
        return new Changeset(ops);
    }

    private static Op op(Dice dice, String id, @Nullable String seen, String version) {
        if (dice.oneIn(4)) {
            return check(id, seen);
        }
        return seen != null && dice.oneIn(4)
                ? delete(id, seen)
                : new Op.Put(seen, job(id, version, "state" + dice.below(3), "" + dice.below(10)));
    }
}
