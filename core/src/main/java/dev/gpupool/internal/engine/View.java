package dev.gpupool.internal.engine;

import dev.gpupool.internal.record.Account;
import dev.gpupool.internal.record.Doc;
import dev.gpupool.internal.record.Host;
import dev.gpupool.internal.record.Job;
import dev.gpupool.internal.record.PolicyDoc;
import dev.gpupool.internal.record.Session;
import dev.gpupool.internal.record.TokenDoc;
import dev.gpupool.internal.record.UsageDoc;
import dev.gpupool.internal.record.Worker;
import dev.gpupool.spi.storage.RecordKey;
import dev.gpupool.spi.storage.RecordKind;
import dev.gpupool.spi.storage.StoredRecord;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What this host knows of the storage: a cache whose entries carry versions, with the decisions under way on top. The
 * caller holds the pool's lock.
 */
final class View {
    /** Keeps an index in step with the view. */
    interface Index {
        /** A record is now as the decisions so far make it. */
        default void changed(Entry<? extends Doc> entry, @Nullable Doc before) {}

        /** A record is now known to be stored so. */
        default void stored(Entry<? extends Doc> entry) {}
    }

    private final String versionPrefix;
    private long versions;
    private final List<Index> indexes = new ArrayList<>();
    private final Table<PolicyDoc> policies = new Table<>(RecordKind.POLICY, true);
    private final Table<Account> accounts = new Table<>(RecordKind.ACCOUNT, true);
    private final Table<Worker> workers = new Table<>(RecordKind.WORKER, true);
    private final Table<Session> sessions = new Table<>(RecordKind.SESSION, false);
    private final Table<Job> jobs = new Table<>(RecordKind.JOB, false);
    private final Table<Host> hosts = new Table<>(RecordKind.HOST, true);

    private final Table<UsageDoc> usages = new Table<>(RecordKind.USAGE, false);
    private final Table<TokenDoc> tokens = new Table<>(RecordKind.TOKEN, false);

    View(String versionPrefix) {
        this.versionPrefix = versionPrefix;
    }

    void index(Index index) {
        indexes.add(index);
    }

    Table<PolicyDoc> policies() {
        return policies;
    }

    Table<Account> accounts() {
        return accounts;
    }

    Table<Worker> workers() {
        return workers;
    }

    Table<Session> sessions() {
        return sessions;
    }

    Table<Job> jobs() {
        return jobs;
    }

    Table<Host> hosts() {
        return hosts;
    }

    Table<UsageDoc> usages() {
        return usages;
    }

    Table<TokenDoc> tokens() {
        return tokens;
    }

    Entry<? extends Doc> entry(RecordKey key) {
        return switch (key.kind()) {
            case POLICY -> policies.entry(key.id());
            case ACCOUNT -> accounts.entry(key.id());
            case WORKER -> workers.entry(key.id());
            case SESSION -> sessions.entry(key.id());
            case JOB -> jobs.entry(key.id());
            case HOST -> hosts.entry(key.id());
            case USAGE -> usages.entry(key.id());
            case TOKEN -> tokens.entry(key.id());
        };
    }

    /** Lets go of an entry of a kind that is not kept whole, unless a decision under way is about it. */
    void forget(Entry<?> entry) {
        switch (entry.key().kind()) {
            case JOB -> jobs.forget(entry);
            case SESSION -> sessions.forget(entry);
            case USAGE -> usages.forget(entry);
            case TOKEN -> tokens.forget(entry);
            default -> {}
        }
    }

    /** Unique for ever: random for each start of a host, then counted. */
    String newVersion() {
        return versionPrefix + Long.toString(versions++, 36);
    }

    <D extends Doc> void changed(Entry<D> entry, @Nullable D before) {
        for (Index index : indexes) {
            index.changed(entry, before);
        }
    }

    void stored(Entry<? extends Doc> entry) {
        for (Index index : indexes) {
            index.stored(entry);
        }
    }

    <D extends Doc> void undo(Entry<D> entry, Entry.Mark<D> mark) {
        D before = entry.current();
        entry.restore(mark);
        changed(entry, before);
    }

    /** Storage holds this, whatever was decided. */
    <D extends Doc> void reset(Entry<D> entry, @Nullable StoredRecord record) {
        D before = entry.current();
        entry.reset(record);
        changed(entry, before);
        stored(entry);
    }

    /** Takes in what was read, unless decisions under way are on top of it. */
    <D extends Doc> void refresh(Entry<D> entry, @Nullable StoredRecord record) {
        String version = record == null ? null : record.version();
        if (!entry.loaded() || (entry.settled() && !java.util.Objects.equals(version, entry.storedVersion()))) {
            reset(entry, record);
        }
    }
}
