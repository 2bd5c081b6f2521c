package dev.gpupool.internal.engine;

import dev.gpupool.internal.record.DocBody;
import dev.gpupool.internal.record.Unstorable;
import dev.gpupool.spi.storage.Changeset;
import dev.gpupool.spi.storage.CommitResult;
import dev.gpupool.spi.storage.Op;
import dev.gpupool.spi.storage.PoolStorage;
import dev.gpupool.spi.storage.RecordKey;
import dev.gpupool.spi.storage.StorageFull;
import dev.gpupool.spi.storage.StorageUnavailable;
import dev.gpupool.spi.storage.StoredRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Talks to the storage, on the commit thread. After an unknown outcome it finds out before it commits on:
 *
 * <ol>
 *   <li>It commits the same changeset again, with the same new versions. APPLIED: the first had not run, and cannot any
 *       more, since the versions that it expects are gone.
 *   <li>CONFLICT: it reads the records. One that has, or within its memory had, a version of ours is proof that the
 *       first ran; so is a later changeset of the batch that ran and had expected it.
 *   <li>If every record still stands at its expected version, the conflict was spurious: it commits again.
 *   <li>Otherwise the first did not run and cannot any more.
 * </ol>
 */
final class Committer {
    /** What became of one changeset. */
    enum Result {
        APPLIED,
        CONFLICT,
        /** There is no room for its new records. */
        FULL,
        /** One of its records has no stored form, which no further try would change. */
        UNSTORABLE
    }

    /**
     * What became of a batch.
     *
     * @param results one for each changeset
     * @param fresh what storage holds of every record that a refused changeset named
     * @param why what is wrong with the records that have no stored form, by the changeset's place in the batch
     */
    record Outcome(List<Result> results, TreeMap<RecordKey, StoredRecord> fresh, TreeMap<Integer, String> why) {}

    private final PoolStorage storage;
    private final Executor thread;
    private final Kernel kernel;

    Committer(PoolStorage storage, Executor thread, Kernel kernel) {
        this.storage = storage;
        this.thread = thread;
        this.kernel = kernel;
    }

    void commit(List<Changeset> batch, Consumer<Outcome> done) {
        Batch work = new Batch(batch, done);
        thread.execute(() -> work.step());
    }

    /** Reads, on the commit thread, trying again while storage is unavailable. */
    <T> void read(Supplier<T> reading, Consumer<T> done) {
        thread.execute(new Reading<>(reading, done)::step);
    }

    /** One call on its way, which may take several tries. */
    private abstract class Work {
        private boolean failing;

        abstract void step();

        final void later(RuntimeException failure) {
            Duration wait = kernel.outage().failed(failure, failing);
            failing = true;
            if (!wait.isNegative()) {
                kernel.time().clock().schedule(wait, () -> thread.execute(this::step));
            }
        }

        final void answered() {
            if (failing) {
                failing = false;
                kernel.outage().recovered();
            }
        }
    }

    /** One read. */
    private final class Reading<T> extends Work {
        private final Supplier<T> reading;
        private final Consumer<T> done;

        Reading(Supplier<T> reading, Consumer<T> done) {
            this.reading = reading;
            this.done = done;
        }

        @Override
        void step() {
            T value;
            try {
                value = reading.get();
            } catch (RuntimeException e) {
                later(e);
                return;
            }
            answered();
            done.accept(value);
        }
    }

    /** Reads records in pieces that an adapter must take. */
    static TreeMap<RecordKey, StoredRecord> find(PoolStorage storage, Set<RecordKey> keys) {
        TreeMap<RecordKey, StoredRecord> found = new TreeMap<>();
        TreeSet<RecordKey> piece = new TreeSet<>();
        for (RecordKey key : keys) {
            piece.add(key);
            if (piece.size() == 1_000) {
                storage.find(piece).forEach(record -> found.put(record.key(), record));
                piece = new TreeSet<>();
            }
        }
        if (!piece.isEmpty()) {
            storage.find(piece).forEach(record -> found.put(record.key(), record));
        }
        return found;
    }

    /** One batch. */
    private final class Batch extends Work {
        private final List<Changeset> changesets;
        private final Consumer<Outcome> done;
        private final List<Result> results = new ArrayList<>();
        private final TreeMap<Integer, String> why = new TreeMap<>();
        /** Versions on which something was built that took effect. */
        private final TreeSet<String> proven = new TreeSet<>();

        private boolean oneByOne;
        private boolean unknown;

        Batch(List<Changeset> changesets, Consumer<Outcome> done) {
            this.changesets = changesets;
            this.done = done;
        }

        @Override
        void step() {
            try {
                if (changesets.isEmpty()) {
                    done.accept(new Outcome(results, new TreeMap<>(), why));
                    return;
                }
                if (!oneByOne && results.isEmpty()) {
                    together();
                }
                while (results.size() < changesets.size()) {
                    single(changesets.get(results.size()));
                }
                TreeMap<RecordKey, StoredRecord> fresh = fresh();
                answered();
                done.accept(new Outcome(results, fresh, why));
            } catch (StorageUnavailable e) {
                later(e);
            } catch (RuntimeException e) {
                oneByOne = true;
                unknown = true;
                later(e);
            }
        }

        private void together() {
            try {
                for (CommitResult result : storage.commitAll(changesets)) {
                    results.add(result == CommitResult.APPLIED ? Result.APPLIED : Result.CONFLICT);
                }
                if (results.size() != changesets.size()) {
                    int answers = results.size();
                    results.clear();
                    throw new IllegalStateException(
                            "storage gave " + answers + " results for " + changesets.size() + " changesets");
                }
            } catch (StorageFull e) {
                oneByOne = true;
            } catch (RuntimeException e) {
                if (Unstorable.in(e) == null) {
                    throw e;
                }
                // Others of the batch may have been stored before it was reached.
                oneByOne = true;
                unknown = true;
            }
        }

        private void single(Changeset changeset) {
            CommitResult result;
            try {
                result = storage.commit(changeset);
            } catch (StorageFull e) {
                results.add(Result.FULL);
                return;
            } catch (RuntimeException e) {
                Unstorable unstorable = Unstorable.in(e);
                if (unstorable == null) {
                    throw e;
                }
                why.put(results.size(), String.valueOf(unstorable.getMessage()));
                results.add(Result.UNSTORABLE);
                return;
            }
            if (result == CommitResult.APPLIED) {
                if (unknown) {
                    kernel.outcomeFound(false);
                }
                results.add(Result.APPLIED);
            } else if (!unknown) {
                results.add(Result.CONFLICT);
            } else {
                settle(changeset);
            }
        }

        private void settle(Changeset changeset) {
            TreeMap<RecordKey, StoredRecord> found = find(storage, keys(changeset));
            if (ours(changeset, found) || builtUpon(changeset)) {
                kernel.outcomeFound(true);
                results.add(Result.APPLIED);
            } else if (!untouched(changeset, found)) {
                kernel.outcomeFound(false);
                results.add(Result.CONFLICT);
            }
        }

        /** Whether a later changeset of the batch is known to have taken effect that expected a version of this one. */
        private boolean builtUpon(Changeset changeset) {
            if (written(changeset).noneMatch(proven::contains)) {
                prove(changesets.subList(results.size() + 1, changesets.size()));
            }
            return written(changeset).anyMatch(proven::contains);
        }

        /** Once proven is proven for ever, so the records of a batch are read once for all that it proves. */
        private void prove(List<Changeset> later) {
            TreeSet<RecordKey> named = new TreeSet<>();
            later.forEach(one -> named.addAll(keys(one)));
            TreeMap<RecordKey, StoredRecord> found = find(storage, named);
            for (int i = later.size() - 1; i >= 0; i--) {
                Changeset one = later.get(i);
                if (ours(one, found) || written(one).anyMatch(proven::contains)) {
                    one.ops().stream()
                            .map(Op::expected)
                            .filter(Objects::nonNull)
                            .forEach(proven::add);
                }
            }
        }

        private TreeMap<RecordKey, StoredRecord> fresh() {
            TreeSet<RecordKey> keys = new TreeSet<>();
            for (int i = 0; i < results.size(); i++) {
                if (results.get(i) != Result.APPLIED) {
                    keys.addAll(keys(changesets.get(i)));
                }
            }
            return keys.isEmpty() ? new TreeMap<>() : find(storage, keys);
        }
    }

    private static Set<RecordKey> keys(Changeset changeset) {
        TreeSet<RecordKey> keys = new TreeSet<>();
        changeset.ops().forEach(op -> keys.add(op.key()));
        return Collections.unmodifiableSet(keys);
    }

    private static Stream<String> written(Changeset changeset) {
        return changeset.ops().stream()
                .filter(Op.Put.class::isInstance)
                .map(op -> ((Op.Put) op).record().version());
    }

    private static boolean ours(Changeset changeset, TreeMap<RecordKey, StoredRecord> found) {
        boolean deletes = false;
        for (Op op : changeset.ops()) {
            StoredRecord record = found.get(op.key());
            if (op instanceof Op.Put put
                    && record != null
                    && DocBody.hasOrHad(record, put.record().version())) {
                return true;
            }
            deletes |= op instanceof Op.Delete && record == null;
        }
        // A changeset that only deletes leaves no version behind; that the record is gone is all that it wanted.
        return deletes && changeset.ops().stream().noneMatch(Op.Put.class::isInstance);
    }

    private static boolean untouched(Changeset changeset, TreeMap<RecordKey, StoredRecord> found) {
        for (Op op : changeset.ops()) {
            StoredRecord record = found.get(op.key());
            if (!Objects.equals(record == null ? null : record.version(), op.expected())) {
                return false;
            }
        }
        return true;
    }
}
