package dev.gpupool.internal.engine;

import dev.gpupool.internal.record.DocBody;
import dev.gpupool.internal.record.Job;
import dev.gpupool.spi.storage.Cursor;
import dev.gpupool.spi.storage.Page;
import dev.gpupool.spi.storage.PoolStorage;
import dev.gpupool.spi.storage.Query;
import dev.gpupool.spi.storage.RecordKind;
import dev.gpupool.spi.storage.StoredRecord;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The queued jobs of one stored state, which is one requirement class, that come first. A storage may hold more of them
 * than memory: hosts read as many as are worth having, and more when those are gone.
 *
 * @param state the stored state
 * @param jobs in their order
 * @param whole whether none come after them
 */
record QueueWindow(String state, List<StoredRecord> jobs, boolean whole) {
    /** As many as are read at once. */
    static final int MOST = 5_000;

    /** Unless their payloads together are longer than this. */
    static final long MOST_BYTES = 16L << 20;

    private static final String QUEUED = "Q";
    /** Comes after every sort key and every id: they hold digits and letters. */
    private static final String BEHIND = "~";

    /** The last of them, by which a frontier is known; {@code null} if the window is whole. */
    @Nullable StoredRecord last() {
        return whole || jobs.isEmpty() ? null : jobs.get(jobs.size() - 1);
    }

    /** The first window of each state. A state is found by skipping the one before it. */
    static List<QueueWindow> all(PoolStorage storage) {
        List<QueueWindow> windows = new ArrayList<>();
        Cursor after = null;
        while (true) {
            List<StoredRecord> first = storage.scan(new Query(RecordKind.JOB, null, QUEUED, after, 1))
                    .records();
            if (first.isEmpty()) {
                return windows;
            }
            String state = first.get(0).state();
            windows.add(after(storage, state, after));
            after = new Cursor(state, BEHIND, BEHIND);
        }
    }

    /**
     * The next window of a state.
     *
     * @param after where the one before it ended, or any place before the state; {@code null} for the beginning
     */
    static QueueWindow after(PoolStorage storage, String state, @Nullable Cursor after) {
        List<StoredRecord> jobs = new ArrayList<>();
        long bytes = 0;
        Cursor from = after;
        while (true) {
            Page page = storage.scan(new Query(RecordKind.JOB, null, state, from, Query.MAX_LIMIT));
            for (StoredRecord record : page.records()) {
                if (!record.state().equals(state)) {
                    return new QueueWindow(state, jobs, true); // a longer state that begins like this one
                }
                if (jobs.size() >= MOST || bytes > MOST_BYTES) {
                    return new QueueWindow(state, jobs, false);
                }
                DocBody body = DocBody.of(record); // read here, and not in the loop
                jobs.add(new StoredRecord(
                        record.key(), record.tenant(), record.version(), state, record.sortKey(), body));
                bytes += body.doc() instanceof Job job ? bytes(job) : 0;
            }
            from = page.next();
            if (from == null) {
                return new QueueWindow(state, jobs, true);
            }
        }
    }

    /** About what the payload of a job takes. */
    static long bytes(Job job) {
        String json = job.spec().payload().json();
        return json == null ? 0 : json.length();
    }
}
