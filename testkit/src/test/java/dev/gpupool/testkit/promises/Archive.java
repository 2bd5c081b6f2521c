package dev.gpupool.testkit.promises;

import dev.gpupool.spi.storage.ChangeListener;
import dev.gpupool.spi.storage.Changeset;
import dev.gpupool.spi.storage.CommitResult;
import dev.gpupool.spi.storage.Op;
import dev.gpupool.spi.storage.Page;
import dev.gpupool.spi.storage.PoolStorage;
import dev.gpupool.spi.storage.Query;
import dev.gpupool.spi.storage.RecordKey;
import dev.gpupool.spi.storage.RecordKind;
import dev.gpupool.spi.storage.StoredRecord;
import dev.gpupool.spi.storage.Watch;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Keeps what took effect in a storage, so that a property can look at it, record by record and write by write. */
final class Archive implements PoolStorage {
    private final PoolStorage backing;
    private final EnumMap<RecordKind, TreeMap<String, Kept>> records = new EnumMap<>(RecordKind.class);
    private final TreeMap<String, List<Kept>> jobWrites = new TreeMap<>();

    private Consumer<Kept> onAccount = account -> {};

    Archive(PoolStorage backing) {
        this.backing = backing;
    }

    /** Shows every account that is written. */
    void onAccount(Consumer<Kept> check) {
        onAccount = check;
    }

    /** Everything of one kind that is stored now. */
    Collection<Kept> all(RecordKind kind) {
        return records.getOrDefault(kind, new TreeMap<>()).values();
    }

    /** What is stored of a job. */
    @Nullable Kept find(String jobId) {
        return find(RecordKind.JOB, jobId);
    }

    @Nullable Kept find(RecordKind kind, String id) {
        TreeMap<String, Kept> ofKind = records.get(kind);
        return ofKind == null ? null : ofKind.get(id);
    }

    /** A job that must be there. */
    Kept job(String id) {
        return Objects.requireNonNull(find(id), () -> "job " + id + " is not stored");
    }

    /** Every write of a job, oldest first; a deletion is not one. */
    List<Kept> writes(String jobId) {
        return jobWrites.getOrDefault(jobId, List.of());
    }

    /** The version of everything but hosts, which renew themselves. */
    TreeMap<String, String> versions() {
        TreeMap<String, String> all = new TreeMap<>();
        records.forEach((kind, ofKind) -> {
            if (kind != RecordKind.HOST) {
                ofKind.forEach((id, kept) -> all.put(kind + " " + id, kept.version()));
            }
        });
        return all;
    }

    @Override
    public List<StoredRecord> find(Set<RecordKey> keys) {
        return backing.find(keys);
    }

    @Override
    public Page scan(Query query) {
        return backing.scan(query);
    }

    @Override
    public CommitResult commit(Changeset changeset) {
        return commitAll(List.of(changeset)).get(0);
    }

    @Override
    public List<CommitResult> commitAll(List<Changeset> batch) {
        List<CommitResult> results = backing.commitAll(batch);
        for (int i = 0; i < results.size(); i++) {
            if (results.get(i) == CommitResult.APPLIED) {
                batch.get(i).ops().forEach(this::applied);
            }
        }
        return results;
    }

    private void applied(Op op) {
        RecordKey key = op.key();
        TreeMap<String, Kept> ofKind = records.computeIfAbsent(key.kind(), kind -> new TreeMap<>());
        if (op instanceof Op.Put put) {
            Kept kept = new Kept(put.record());
            ofKind.put(key.id(), kept);
            if (key.kind() == RecordKind.ACCOUNT) {
                onAccount.accept(kept);
            }
            if (key.kind() == RecordKind.JOB) {
                jobWrites.computeIfAbsent(key.id(), id -> new ArrayList<>()).add(kept);
            }
        } else if (op instanceof Op.Delete) {
            ofKind.remove(key.id());
        }
    }

    @Override
    public Watch watch(ChangeListener listener) {
        return backing.watch(listener);
    }

    @Override
    public void close() {
        backing.close();
    }
}
