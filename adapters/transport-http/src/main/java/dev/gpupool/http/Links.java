package dev.gpupool.http;

import dev.gpupool.http.CheckpointLinks.Bytes;
import dev.gpupool.http.CheckpointLinks.Link;
import dev.gpupool.spi.checkpoint.CheckpointRef;
import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the host for links, on threads of their own, and tells it what they led to and is no longer needed. Safe for use by
 * many threads.
 *
 * <p>What is not needed is told by what was offered and committed here: a job's newest steps up to the committed one stay,
 * and what lies beyond it, as in {@link Retention}.
 */
final class Links {
    private static final Logger LOG = LoggerFactory.getLogger(Links.class);
    private static final int REMEMBERED = 10_000;

    /** A link, and what the bytes behind it are called. */
    record Offer(Link link, CheckpointRef reference) {}

    private interface Asking<T> {
        T ask() throws IOException;
    }

    private final CheckpointLinks links;
    private final int kept;
    private final Disk threads = new Disk("gpupool-http-links");
    private final LinkedHashMap<String, Set<CheckpointRef>> seen = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Set<CheckpointRef>> eldest) {
            return size() > REMEMBERED;
        }
    };
    private volatile boolean closed;

    Links(CheckpointLinks links, int kept) {
        this.links = links;
        this.kept = kept;
    }

    void close() {
        closed = true;
        threads.close();
    }

    CompletableFuture<Optional<Offer>> upload(Bytes bytes) {
        return threads.supply(() -> {
            Optional<Link> link = asked(bytes, () -> links.upload(bytes));
            link.ifPresent(made -> see(bytes.jobId(), bytes.reference()));
            return link.map(made -> new Offer(made, bytes.reference()));
        });
    }

    /** Whether bytes of the job lie behind a link: a worker commits what it likes, and gets at no other job's with it. */
    boolean lead(String jobId, CheckpointRef reference) {
        return bytes(jobId, reference).reference().equals(reference);
    }

    private static Bytes bytes(String jobId, CheckpointRef reference) {
        return new Bytes(jobId, reference.step(), reference.sha256(), reference.sizeBytes());
    }

    /** For a reference that they lead to. */
    CompletableFuture<Offer> download(String jobId, CheckpointRef reference) {
        Bytes bytes = bytes(jobId, reference);
        return threads.supply(() -> new Offer(asked(bytes, () -> links.download(bytes)), reference));
    }

    private static <T> T asked(Bytes bytes, Asking<T> asking) {
        try {
            return Objects.requireNonNull(asking.ask(), "the host's links gave null");
        } catch (IOException | RuntimeException e) {
            LOG.warn("the host made no link to {}", bytes.name(), e);
            throw Problem.busy("the host makes no link now; its log says why");
        }
    }

    /** Takes note of a checkpoint of the job, which may be obsolete some day. */
    void see(String jobId, CheckpointRef reference) {
        if (lead(jobId, reference)) {
            synchronized (seen) {
                seen.computeIfAbsent(jobId, any -> new LinkedHashSet<>()).add(reference);
            }
        }
    }

    void committed(String jobId, CheckpointRef reference) {
        Collection<CheckpointRef> replaced;
        synchronized (seen) {
            see(jobId, reference);
            Set<CheckpointRef> ofJob = seen.get(jobId);
            if (ofJob == null || !ofJob.contains(reference)) {
                return;
            }
            replaced = Retention.replaced(ofJob, reference.step(), kept);
            ofJob.removeAll(replaced);
        }
        obsolete(jobId, replaced);
    }

    /** The job has ended: nothing will go on from any of them. */
    void ended(String jobId) {
        Set<CheckpointRef> all;
        synchronized (seen) {
            all = seen.remove(jobId);
        }
        if (all != null) {
            obsolete(jobId, all);
        }
    }

    private void obsolete(String jobId, Collection<CheckpointRef> old) {
        for (CheckpointRef each : old) {
            try {
                threads.execute(() -> tell(bytes(jobId, each)));
            } catch (RejectedExecutionException e) {
                LOG.warn("the host was not told that {} is no longer needed: it has too much to do", each.uri());
            }
        }
    }

    private void tell(Bytes bytes) {
        try {
            if (!closed) {
                links.obsolete(bytes);
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("{}, which is no longer needed, could not be deleted", bytes.name(), e);
        }
    }
}
