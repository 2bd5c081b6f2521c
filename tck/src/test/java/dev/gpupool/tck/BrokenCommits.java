package dev.gpupool.tck;

import dev.gpupool.spi.storage.ChangeListener;
import dev.gpupool.spi.storage.Changeset;
import dev.gpupool.spi.storage.CommitResult;
import dev.gpupool.spi.storage.Op;
import dev.gpupool.spi.storage.PoolStorage;
import dev.gpupool.spi.storage.RecordKey;
import dev.gpupool.spi.storage.RecordKind;
import dev.gpupool.spi.storage.StoredRecord;
import dev.gpupool.spi.storage.Watch;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Storages that commit wrongly. */
final class BrokenCommits {
    private BrokenCommits() {}

    /** Commits what a changeset is turned into. */
    abstract static class Rewriting extends Handle {
        Rewriting(PoolStorage data) {
            super(data);
        }

        abstract List<Op> rewritten(List<Op> ops);

        @Override
        public CommitResult commit(Changeset changeset) {
            checkOpen();
            List<Op> ops = rewritten(changeset.ops());
            return ops.isEmpty() ? CommitResult.APPLIED : apply(new Changeset(ops));
        }
    }

    static final class OverwritesWithoutLooking extends Rewriting {
        OverwritesWithoutLooking(PoolStorage data) {
            super(data);
        }

        @Override
        List<Op> rewritten(List<Op> ops) {
            return ops.stream()
                    .map(op -> op.expected() == null ? op : forced(op))
                    .toList();
        }
    }

    static final class InsertsOverWhatIsThere extends Rewriting {
        InsertsOverWhatIsThere(PoolStorage data) {
            super(data);
        }

        @Override
        List<Op> rewritten(List<Op> ops) {
            return ops.stream()
                    .map(op -> op instanceof Op.Put && op.expected() == null ? forced(op) : op)
                    .toList();
        }
    }

    static final class IgnoresChecks extends Rewriting {
        IgnoresChecks(PoolStorage data) {
            super(data);
        }

        @Override
        List<Op> rewritten(List<Op> ops) {
            return ops.stream().filter(op -> !isCheck(op)).toList();
        }
    }

    static final class ComparesVersionsIgnoringCase extends Rewriting {
        ComparesVersionsIgnoringCase(PoolStorage data) {
            super(data);
        }

        @Override
        List<Op> rewritten(List<Op> ops) {
            return ops.stream().map(op -> isNear(op) ? forced(op) : op).toList();
        }

        private boolean isNear(Op op) {
            String version = version(op.key());
            return version != null && version.equalsIgnoreCase(op.expected());
        }
    }

    /** As if a version column kept its old values for a record that is inserted anew. */
    static final class TakesVersionsOfFormerLives extends Rewriting {
        private final ConcurrentHashMap<String, RecordKey> former = new ConcurrentHashMap<>();

        TakesVersionsOfFormerLives(PoolStorage data) {
            super(data);
        }

        @Override
        List<Op> rewritten(List<Op> ops) {
            List<Op> rewritten = new ArrayList<>();
            for (Op op : ops) {
                String expected = op.expected();
                if (op instanceof Op.Delete && expected != null && holds(op)) {
                    former.put(expected, op.key());
                    rewritten.add(op);
                } else {
                    rewritten.add(isFormer(op.key(), expected) ? forced(op) : op);
                }
            }
            return rewritten;
        }

        private boolean isFormer(RecordKey key, @Nullable String expected) {
            return expected != null && key.equals(former.get(expected)) && version(key) != null;
        }
    }

    static final class StoresTokensAmongHosts extends Rewriting {
        StoresTokensAmongHosts(PoolStorage data) {
            super(data);
        }

        @Override
        List<Op> rewritten(List<Op> ops) {
            return ops.stream()
                    .map(op -> op instanceof Op.Put put ? among(put) : op)
                    .toList();
        }

        private static Op among(Op.Put put) {
            StoredRecord record = put.record();
            RecordKind kind = put.key().kind() == RecordKind.TOKEN
                    ? RecordKind.HOST
                    : put.key().kind();
            return new Op.Put(
                    put.expected(),
                    new StoredRecord(
                            new RecordKey(kind, put.key().id()),
                            record.tenant(),
                            record.version(),
                            record.state(),
                            record.sortKey(),
                            record.body()));
        }
    }

    /** The lost update: it looks, and writes when somebody else has written meanwhile. */
    static final class LooksAndThenWrites extends Handle {
        LooksAndThenWrites(PoolStorage data) {
            super(data);
        }

        @Override
        public CommitResult commit(Changeset changeset) {
            checkOpen();
            if (!changeset.ops().stream().allMatch(this::holds)) {
                return CommitResult.CONFLICT;
            }
            dawdle();
            CommitResult result = CommitResult.CONFLICT;
            while (result == CommitResult.CONFLICT) {
                result = apply(
                        new Changeset(changeset.ops().stream().map(this::forced).toList()));
            }
            return result;
        }
    }

    /** Like a database below serializable: writes conflict with writes, but what is only read is read before. */
    static final class ChecksBeforeItWrites extends Handle {
        ChecksBeforeItWrites(PoolStorage data) {
            super(data);
        }

        @Override
        public CommitResult commit(Changeset changeset) {
            checkOpen();
            if (!changeset.ops().stream().filter(Handle::isCheck).allMatch(this::holds)) {
                return CommitResult.CONFLICT;
            }
            dawdle();
            List<Op> writes =
                    changeset.ops().stream().filter(op -> !isCheck(op)).toList();
            return writes.isEmpty() ? CommitResult.APPLIED : apply(new Changeset(writes));
        }
    }

    static final class AppliesOperationsOneByOne extends Handle {
        AppliesOperationsOneByOne(PoolStorage data) {
            super(data);
        }

        @Override
        public CommitResult commit(Changeset changeset) {
            checkOpen();
            for (Op op : changeset.ops()) {
                if (apply(new Changeset(List.of(op))) == CommitResult.CONFLICT) {
                    return CommitResult.CONFLICT;
                }
            }
            return CommitResult.APPLIED;
        }
    }

    /** Decides right, but lets readers see the first half before the second. */
    static final class ShowsHalfAChangeset extends Handle {
        ShowsHalfAChangeset(PoolStorage data) {
            super(data);
        }

        @Override
        public CommitResult commit(Changeset changeset) {
            checkOpen();
            synchronized (data) {
                if (!changeset.ops().stream().allMatch(this::holds)) {
                    return CommitResult.CONFLICT;
                }
                for (Op op : changeset.ops()) {
                    apply(new Changeset(List.of(op)));
                    dawdle();
                }
                return CommitResult.APPLIED;
            }
        }
    }

    static final class ReportsSomeOfWhatItAppliedAsConflicts extends Handle {
        ReportsSomeOfWhatItAppliedAsConflicts(PoolStorage data) {
            super(data);
        }

        @Override
        public CommitResult commit(Changeset changeset) {
            CommitResult result = super.commit(changeset);
            return changeset.ops().size() == 5 ? CommitResult.CONFLICT : result;
        }
    }

    static final class FailsWithItsListeners extends Handle {
        private final List<ChangeListener> listeners = new ArrayList<>();

        FailsWithItsListeners(PoolStorage data) {
            super(data);
        }

        @Override
        public CommitResult commit(Changeset changeset) {
            CommitResult result = super.commit(changeset);
            listeners.forEach(listener -> changeset.ops().forEach(op -> listener.changed(op.key())));
            return result;
        }

        @Override
        public Watch watch(ChangeListener listener) {
            listeners.add(listener);
            return () -> listeners.remove(listener);
        }
    }
}
