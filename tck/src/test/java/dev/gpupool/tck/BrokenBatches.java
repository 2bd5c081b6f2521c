package dev.gpupool.tck;

import dev.gpupool.spi.storage.Changeset;
import dev.gpupool.spi.storage.CommitResult;
import dev.gpupool.spi.storage.Op;
import dev.gpupool.spi.storage.PoolStorage;
import dev.gpupool.spi.storage.RecordKey;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Storages that commit single changesets right and batches wrongly. */
final class BrokenBatches {
    private BrokenBatches() {}

    static final class RefusesTheRestOfABatch extends Handle {
        RefusesTheRestOfABatch(PoolStorage data) {
            super(data);
        }

        @Override
        public List<CommitResult> commitAll(List<Changeset> batch) {
            List<CommitResult> results = new ArrayList<>();
            for (Changeset changeset : batch) {
                results.add(results.contains(CommitResult.CONFLICT) ? CommitResult.CONFLICT : commit(changeset));
            }
            return results;
        }
    }

    /** Spreads a refusal to whatever names one of the same records. */
    static final class RefusesARecordAltogether extends Handle {
        RefusesARecordAltogether(PoolStorage data) {
            super(data);
        }

        @Override
        public List<CommitResult> commitAll(List<Changeset> batch) {
            TreeSet<RecordKey> refused = new TreeSet<>();
            List<CommitResult> results = new ArrayList<>();
            for (Changeset changeset : batch) {
                boolean spread = changeset.ops().stream().anyMatch(op -> refused.contains(op.key()));
                CommitResult result = spread ? CommitResult.CONFLICT : commit(changeset);
                if (result == CommitResult.CONFLICT) {
                    changeset.ops().forEach(op -> refused.add(op.key()));
                }
                results.add(result);
            }
            return results;
        }
    }

    /** Takes a version for written as soon as a changeset of the batch was to write it. */
    static final class BuildsOnRefusedChangesets extends Handle {
        BuildsOnRefusedChangesets(PoolStorage data) {
            super(data);
        }

        @Override
        public List<CommitResult> commitAll(List<Changeset> batch) {
            TreeSet<String> announced = new TreeSet<>();
            List<CommitResult> results = new ArrayList<>();
            for (Changeset changeset : batch) {
                results.add(commit(new Changeset(changeset.ops().stream()
                        .map(op -> announced.contains(op.key() + "@" + op.expected()) ? forced(op) : op)
                        .toList())));
                changeset.ops().stream()
                        .filter(Op.Put.class::isInstance)
                        .map(Op.Put.class::cast)
                        .forEach(put ->
                                announced.add(put.key() + "@" + put.record().version()));
            }
            return results;
        }
    }

    static final class DecidesABatchByWhatWasBeforeIt extends Handle {
        DecidesABatchByWhatWasBeforeIt(PoolStorage data) {
            super(data);
        }

        @Override
        public List<CommitResult> commitAll(List<Changeset> batch) {
            checkOpen();
            List<Boolean> holds = batch.stream()
                    .map(changeset -> changeset.ops().stream().allMatch(this::holds))
                    .toList();
            List<CommitResult> results = new ArrayList<>();
            for (int i = 0; i < batch.size(); i++) {
                results.add(holds.get(i) ? commit(batch.get(i)) : CommitResult.CONFLICT);
            }
            return results;
        }
    }

    /** Makes the batch one transaction, and forgets that each changeset is decided for itself. */
    static final class RollsBackAWholeBatch extends Handle {
        RollsBackAWholeBatch(PoolStorage data) {
            super(data);
        }

        @Override
        public List<CommitResult> commitAll(List<Changeset> batch) {
            checkOpen();
            Model trial = new Model();
            TreeSet<RecordKey> keys = new TreeSet<>();
            batch.forEach(changeset -> changeset.ops().forEach(op -> keys.add(op.key())));
            if (keys.size() <= 1_000) {
                data.find(keys).forEach(record -> trial.commit(Records.changeset(Records.insert(record))));
                List<CommitResult> results = batch.stream().map(trial::commit).toList();
                if (results.contains(CommitResult.CONFLICT)) {
                    return batch.stream()
                            .map(changeset -> CommitResult.CONFLICT)
                            .toList();
                }
            }
            return super.commitAll(batch);
        }
    }

    static final class AnswersInAnotherOrder extends Handle {
        AnswersInAnotherOrder(PoolStorage data) {
            super(data);
        }

        @Override
        public List<CommitResult> commitAll(List<Changeset> batch) {
            List<CommitResult> results = new ArrayList<>(super.commitAll(batch));
            results.sort(null);
            return results;
        }
    }

    static final class DropsTheEndOfLargeBatches extends Handle {
        DropsTheEndOfLargeBatches(PoolStorage data) {
            super(data);
        }

        @Override
        public List<CommitResult> commitAll(List<Changeset> batch) {
            List<CommitResult> results =
                    new ArrayList<>(super.commitAll(batch.subList(0, Math.min(512, batch.size()))));
            while (results.size() < batch.size()) {
                results.add(CommitResult.APPLIED);
            }
            return results;
        }
    }
}
