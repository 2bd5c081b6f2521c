package dev.gpupool.internal.engine;

import dev.gpupool.JobState;
import dev.gpupool.internal.record.Doc;
import dev.gpupool.internal.record.Job;
import dev.gpupool.spi.storage.ChangeListener;
import dev.gpupool.spi.storage.Page;
import dev.gpupool.spi.storage.PoolStorage;
import dev.gpupool.spi.storage.Query;
import dev.gpupool.spi.storage.RecordKey;
import dev.gpupool.spi.storage.RecordKind;
import dev.gpupool.spi.storage.StoredRecord;
import dev.gpupool.spi.storage.Watch;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the view in step with what other hosts write, while there are others. No promise depends on it: every commit is
 * conditional on versions. It only makes news arrive.
 *
 * <ol>
 *   <li>What the storage gives a hint of is read at once.
 *   <li>Everything that is not finished is read every refresh interval; of a storage that gives hints, which may be lost,
 *       every beat interval, and at once when it says that it missed some.
 *   <li>What the view holds as unfinished and was not among that has ended elsewhere, and is read by its key.
 * </ol>
 */
final class Refresh implements ChangeListener, View.Index {
    private final Kernel kernel;
    private final Fleet fleet;
    private final Results results;
    private final JobQueue queue;
    private final TreeSet<RecordKey> hints = new TreeSet<>();
    /** The jobs that run as far as this host knows, wherever that is. */
    private final TreeSet<String> running = new TreeSet<>();

    private boolean missed;
    private Watch watch = Watch.NONE;
    private Runnable onNewHost = () -> {};
    /** Never changed once it is here: the storage's threads look at it too. */
    private volatile TreeSet<String> others = new TreeSet<>();

    private boolean refreshing;

    Refresh(Kernel kernel, Fleet fleet, Results results, JobQueue queue) {
        this.kernel = kernel;
        this.fleet = fleet;
        this.results = results;
        this.queue = queue;
        kernel.view().index(this);
    }

    @Override
    public void changed(Entry<? extends Doc> entry, @Nullable Doc before) {
        boolean ran = before instanceof Job job && job.state() == JobState.RUNNING;
        boolean runs = entry.current() instanceof Job job && job.state() == JobState.RUNNING;
        if (runs && !ran) {
            running.add(entry.key().id());
        } else if (ran && !runs) {
            running.remove(entry.key().id());
        }
    }

    /** Done in the loop when the record of a host that is not known here was written. */
    void onNewHost(Runnable task) {
        onNewHost = task;
    }

    /** Before anything is read, so that no change falls between. */
    void watch() {
        watch = kernel.storage().watch(this);
    }

    void close() {
        watch.close();
    }

    /** Who else uses the storage now. From the first of them on, everything is read again and again. */
    void shareWith(NavigableSet<String> hosts) {
        others = new TreeSet<>(hosts);
        if (!hosts.isEmpty() && !refreshing) {
            refreshing = true;
            read();
        }
    }

    @Override
    public void changed(RecordKey key) {
        if (key.kind() == RecordKind.HOST) {
            if (!key.id().equals(fleet.hostId()) && !others.contains(key.id())) {
                kernel.post(decision -> onNewHost.run());
            }
        } else if (key.kind() != RecordKind.TOKEN && !others.isEmpty()) {
            note(key);
        }
    }

    @Override
    public void missed() {
        if (!others.isEmpty()) {
            note(null);
        }
    }

    private void note(@Nullable RecordKey key) {
        boolean first;
        synchronized (hints) {
            first = hints.isEmpty() && !missed;
            if (key == null) {
                missed = true;
            } else {
                hints.add(key);
            }
        }
        if (first) {
            kernel.post(decision -> readHints());
        }
    }

    /** What was read of all that is not finished: the queue by its first windows. */
    record Unfinished(List<StoredRecord> records, List<QueueWindow> windows) {}

    private void readHints() {
        TreeSet<RecordKey> keys;
        boolean all;
        synchronized (hints) {
            keys = new TreeSet<>(hints);
            all = missed;
            hints.clear();
            missed = false;
        }
        if (all) {
            queue.beginRead();
            kernel.committer().read(this::unfinishedAndEnded, found -> kernel.post(decision -> take(found)));
        } else {
            kernel.committer()
                    .read(
                            () -> Committer.find(kernel.storage(), keys),
                            found -> kernel.post(decision -> keys.forEach(key -> take(key, found.get(key)))));
        }
    }

    private void take(RecordKey key, @Nullable StoredRecord record) {
        Entry<? extends Doc> entry = kernel.view().entry(key);
        boolean over = record == null || record.state().startsWith("Z");
        if (!over || entry.current() != null) {
            kernel.view().refresh(entry, record);
        } else {
            kernel.view().forget(entry);
        }
    }

    /** Takes in what was read before the loop runs. */
    void load(Unfinished found) {
        queue.beginRead();
        take(found);
    }

    /** Takes in what was read between {@link JobQueue#beginRead} and now. */
    private void take(Unfinished found) {
        try {
            found.records()
                    .forEach(record -> kernel.view().refresh(kernel.view().entry(record.key()), record));
        } finally {
            queue.endRead(found.windows());
        }
    }

    private void read() {
        if (others.isEmpty()) {
            refreshing = false;
            return;
        }
        queue.beginRead();
        kernel.committer()
                .read(
                        this::unfinishedAndEnded,
                        found -> kernel.post(decision -> {
                            kernel.deadlines().after(pace(), this::read);
                            take(found);
                        }));
    }

    private long pace() {
        long interval = kernel.settings().refreshInterval().toMillis();
        return watch.equals(Watch.NONE) ? interval : Math.max(interval, kernel.heartbeatMillis());
    }

    private Unfinished unfinishedAndEnded() {
        Unfinished all = unfinished(kernel.storage());
        TreeSet<RecordKey> missing = kernel.look(this::believed);
        all.records().forEach(record -> missing.remove(record.key()));
        all.windows().forEach(window -> window.jobs().forEach(record -> missing.remove(record.key())));
        all.records().addAll(Committer.find(kernel.storage(), missing).values());
        return all;
    }

    private TreeSet<RecordKey> believed() {
        TreeSet<RecordKey> keys = new TreeSet<>();
        results.waiting().forEach(id -> keys.add(Job.key(id)));
        queue.ids().forEach(id -> keys.add(Job.key(id)));
        running.forEach(id -> keys.add(Job.key(id)));
        for (LiveSession live : fleet.sessions()) {
            keys.add(live.entry().key());
            live.session().holds().stream()
                    .filter(hold -> !hold.selection())
                    .forEach(hold -> keys.add(Job.key(hold.jobId())));
        }
        return keys;
    }

    /** Everything that is not finished, hosts apart. */
    static Unfinished unfinished(PoolStorage storage) {
        List<StoredRecord> all = new ArrayList<>();
        for (RecordKind kind : List.of(RecordKind.POLICY, RecordKind.ACCOUNT, RecordKind.WORKER)) {
            all.addAll(scan(storage, kind, ""));
        }
        all.addAll(scan(storage, RecordKind.SESSION, "A"));
        for (String state : List.of("D", "R")) {
            all.addAll(scan(storage, RecordKind.JOB, state));
        }
        return new Unfinished(all, QueueWindow.all(storage));
    }

    /** All pages of the records of a kind whose state begins so. */
    static List<StoredRecord> scan(PoolStorage storage, RecordKind kind, String state) {
        Query query = Query.of(kind, state);
        Page page = storage.scan(query);
        List<StoredRecord> all = new ArrayList<>(page.records());
        while (page.next() != null) {
            page = storage.scan(query.after(page.next()));
            all.addAll(page.records());
        }
        return all;
    }
}
