package dev.gpupool.http;

import dev.gpupool.spi.checkpoint.CheckpointRef;
import dev.gpupool.spi.checkpoint.CheckpointStore;
import java.io.IOException;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes the bytes of checkpoints that newer committed ones have replaced. It asks the store what there is, and so also
 * deletes what a former process, or an attempt that was lost, left there. Safe for use by many threads.
 *
 * <p>When a checkpoint of step S is committed, those of the newest few steps up to S stay. What lies beyond S stays too:
 * its commit may be on the way, or this one late.
 */
final class Retention {
    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

    private final CheckpointStore store;
    private final int kept;
    private final Executor disk;
    private volatile boolean closed;

    Retention(CheckpointStore store, int kept, Executor disk) {
        this.store = store;
        this.kept = kept;
        this.disk = disk;
    }

    /** What has not begun is left to the next process. */
    void close() {
        closed = true;
    }

    void committed(String jobId, CheckpointRef checkpoint) {
        later(jobId, () -> {
            List<CheckpointRef> stored = store.list(jobId);
            if (stored.contains(checkpoint)) {
                delete(replaced(stored, checkpoint.step(), kept));
            }
        });
    }

    static Collection<CheckpointRef> replaced(Collection<CheckpointRef> stored, long step, int kept) {
        TreeSet<Long> newest = new TreeSet<>();
        stored.forEach(each -> newest.add(each.step()));
        newest.tailSet(step, false).clear();
        while (newest.size() > kept) {
            newest.pollFirst();
        }
        return stored.stream()
                .filter(each -> each.step() <= step && !newest.contains(each.step()))
                .sorted(Comparator.comparing(CheckpointRef::uri))
                .toList();
    }

    /** The job has ended: nothing will go on from any of them. */
    void ended(String jobId) {
        later(jobId, () -> delete(store.list(jobId)));
    }

    private interface Work {
        void run() throws IOException;
    }

    /** Whatever becomes of it, the report that it follows is answered: the next one finds what is left. */
    private void later(String jobId, Work work) {
        try {
            disk.execute(() -> {
                try {
                    if (!closed) {
                        work.run();
                    }
                } catch (IOException | RuntimeException e) {
                    LOG.warn("checkpoints of the job {} that are no longer needed could not be deleted", jobId, e);
                }
            });
        } catch (RejectedExecutionException e) {
            LOG.warn("checkpoints of the job {} stay until its next one: the disk has too much to do", jobId);
        }
    }

    private void delete(Collection<CheckpointRef> old) throws IOException {
        for (CheckpointRef each : old) {
            store.delete(each);
        }
    }
}
