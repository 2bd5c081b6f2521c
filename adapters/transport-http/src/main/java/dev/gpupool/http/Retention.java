package dev.gpupool.http;

import dev.gpupool.spi.checkpoint.CheckpointRef;
import dev.gpupool.spi.checkpoint.CheckpointStore;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes the bytes of checkpoints that newer committed ones have replaced. Only what was uploaded here is known, and
 * only what is known is deleted. Safe for use by many threads.
 */
final class Retention {
    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);
    private static final int JOBS = 100_000;

    private final CheckpointStore store;
    private final int kept;
    private final Executor disk;
    private final LinkedHashMap<String, ArrayDeque<CheckpointRef>> jobs = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, ArrayDeque<CheckpointRef>> eldest) {
            return size() > JOBS;
        }
    };

    Retention(CheckpointStore store, int kept, Executor disk) {
        this.store = store;
        this.kept = kept;
        this.disk = disk;
    }

    void committed(String jobId, CheckpointRef checkpoint) {
        List<CheckpointRef> old = new ArrayList<>();
        synchronized (jobs) {
            ArrayDeque<CheckpointRef> known = jobs.computeIfAbsent(jobId, id -> new ArrayDeque<>());
            known.removeIf(each -> each.uri().equals(checkpoint.uri()));
            known.add(checkpoint);
            while (known.size() > kept) {
                old.add(known.remove());
            }
        }
        delete(old);
    }

    /** The job has ended: nothing will go on from any of them. */
    void ended(String jobId) {
        ArrayDeque<CheckpointRef> known;
        synchronized (jobs) {
            known = jobs.remove(jobId);
        }
        if (known != null) {
            delete(List.copyOf(known));
        }
    }

    private void delete(List<CheckpointRef> old) {
        if (!old.isEmpty()) {
            disk.execute(() -> old.forEach(this::delete));
        }
    }

    private void delete(CheckpointRef old) {
        try {
            store.delete(old);
        } catch (IOException | IllegalArgumentException e) {
            LOG.warn("the checkpoint {} that is no longer needed could not be deleted", old.uri(), e);
        }
    }
}
