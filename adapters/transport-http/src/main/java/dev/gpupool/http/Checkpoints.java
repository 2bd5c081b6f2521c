package dev.gpupool.http;

import dev.gpupool.spi.checkpoint.CheckpointMissing;
import dev.gpupool.spi.checkpoint.CheckpointRef;
import dev.gpupool.spi.checkpoint.CheckpointStore;
import dev.gpupool.spi.worker.LeaseReport;
import dev.gpupool.spi.worker.ReportAnswer;
import dev.gpupool.spi.worker.TransportServices;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checkpoint bytes: into the host's store and out of it. */
final class Checkpoints {
    private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);

    private final TransportServices services;
    private final CheckpointStore store;
    private final Uploads uploads;
    private final Retention retention;
    private final @Nullable Links links;
    private final Disk disk;

    Checkpoints(HttpOptions options, TransportServices services, Disk disk) {
        this.services = services;
        this.store = services.checkpoints();
        this.disk = disk;
        this.retention = new Retention(store, options.keptCheckpoints(), disk);
        CheckpointLinks made = options.checkpointLinks();
        this.links = made == null ? null : new Links(made, options.keptCheckpoints());
        Path folder = options.uploads();
        if (folder == null) {
            folder = Path.of(System.getProperty("java.io.tmpdir"), "gpupool-uploads-" + services.pool());
        }
        try {
            this.uploads = new Uploads(
                    folder,
                    store,
                    options.maxCheckpointBytes(),
                    services.clock().instant());
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "the folder for uploads, " + folder + ", cannot be used; name another with http.uploads", e);
        }
    }

    void close() {
        retention.close();
        if (links != null) {
            links.close();
        }
    }

    /** What a report means for the bytes that are kept. */
    void reported(LeaseReport report, ReportAnswer answer) {
        String jobId = report.lease().jobId();
        CheckpointRef checkpoint = committed(report);
        boolean done = answer.accepted() && report instanceof LeaseReport.Completed;
        if (done || answer.outcome() == ReportAnswer.Outcome.FINAL) {
            retention.ended(jobId);
            if (links != null) {
                links.ended(jobId);
            }
        } else if (answer.accepted() && checkpoint != null) {
            retention.committed(jobId, checkpoint);
            if (links != null) {
                links.committed(jobId, checkpoint);
            }
        }
    }

    private static @Nullable CheckpointRef committed(LeaseReport report) {
        if (report instanceof LeaseReport.Checkpointed checkpointed) {
            return checkpointed.checkpoint();
        }
        return report instanceof LeaseReport.Released released ? released.checkpoint() : null;
    }

    /** @param committed the job's newest checkpoint */
    CompletableFuture<HttpExchange> upload(
            Uploads.Key key, @Nullable ByteRange range, @Nullable CheckpointRef committed) {
        if (links != null && committed != null) {
            links.see(key.lease().jobId(), committed);
        }
        CheckpointLinks.Bytes asked = links != null && range != null && range.asks()
                ? new CheckpointLinks.Bytes(key.lease().jobId(), key.step(), key.sha256(), range.size())
                : null;
        return disk.supply(() -> new Receiving(uploads.open(key, range), asked));
    }

    /**
     * The bytes of a job's checkpoint from some byte on, or a link to all of them.
     *
     * @param link whether the worker knows what to do with one
     */
    CompletableFuture<HttpAnswer> download(String jobId, @Nullable CheckpointRef checkpoint, long from, boolean link) {
        if (checkpoint == null) {
            throw Problem.notFound("not-found", "the job has no checkpoint");
        }
        if (links != null && links.lead(jobId, checkpoint)) {
            if (!link) {
                throw new Problem(
                        406,
                        "link-only",
                        false,
                        "the bytes lie in an object store of the host's, and the worker did not ask for a link to them;"
                                + " a worker that does, such as the agent that this pool serves, can go on from them");
            }
            return links.download(jobId, checkpoint)
                    .thenApply(
                            offer -> Writing.elsewhere(offer, services.clock().instant()));
        }
        if (from > 0 && from >= checkpoint.sizeBytes()) {
            throw new Problem(416, "invalid", false, "the checkpoint has " + checkpoint.sizeBytes() + " bytes");
        }
        return disk.supply(() -> read(jobId, checkpoint, from));
    }

    /** A worker commits whatever reference it likes: only what the store has of its own job is handed out. */
    private HttpAnswer read(String jobId, CheckpointRef checkpoint, long from) {
        try {
            if (!store.list(jobId).contains(checkpoint)) {
                LOG.warn("the store has no such bytes of the job {}: {}", jobId, checkpoint.uri());
                throw Problem.notFound(
                        "not-found",
                        "the host's store has no such bytes of this job; if they lie elsewhere, the uri says where");
            }
            InputStream bytes = store.get(checkpoint);
            try {
                bytes.skipNBytes(from);
            } catch (IOException | RuntimeException e) {
                bytes.close();
                throw e;
            }
            long size = checkpoint.sizeBytes();
            HttpAnswer answer = new HttpAnswer(from > 0 ? 206 : 200, bytes)
                    .with("Content-Type", "application/octet-stream")
                    .with("Content-Length", Long.toString(size - from))
                    .with("Accept-Ranges", "bytes")
                    .with("Gpupool-Sha256", checkpoint.sha256())
                    .with("Gpupool-Step", Long.toString(checkpoint.step()));
            return from > 0 ? answer.with("Content-Range", "bytes " + from + '-' + (size - 1) + '/' + size) : answer;
        } catch (CheckpointMissing e) {
            LOG.warn("the bytes of a committed checkpoint are gone: {}", checkpoint.uri());
            throw Problem.notFound("not-found", "the checkpoint's bytes are gone from the host's store");
        } catch (IOException e) {
            LOG.warn("the checkpoint {} cannot be read", checkpoint.uri(), e);
            throw Problem.busy("the host cannot read the checkpoint; its log says why");
        }
    }

    private record Arrived(long bytes, @Nullable CheckpointRef kept) {}

    /** Takes the bytes of one request. */
    private final class Receiving implements HttpExchange {
        private final Upload upload;
        private final CheckpointLinks.@Nullable Bytes asked;

        /** @param asked what a link may be given for, or {@code null} */
        Receiving(Upload upload, CheckpointLinks.@Nullable Bytes asked) {
            this.upload = upload;
            this.asked = asked;
        }

        @Override
        public boolean mayBlock() {
            return true;
        }

        @Override
        public boolean take(byte[] bytes, int length) {
            return upload.take(bytes, length);
        }

        @Override
        public CompletableFuture<HttpAnswer> end() {
            return disk.supply(this::arrived).thenCompose(this::answer).exceptionally(failure -> {
                Throwable cause = failure.getCause() == null ? failure : failure.getCause();
                Problem problem = cause instanceof Problem known
                        ? known
                        : Problem.busy("the host cannot take the bytes now; repeat later");
                if (problem != cause) {
                    LOG.warn("an upload failed", cause);
                }
                return Writing.problem(problem, services.clock().instant());
            });
        }

        private Arrived arrived() {
            CheckpointRef kept = upload.end();
            return new Arrived(kept == null ? upload.receivedBytes() : kept.sizeBytes(), kept);
        }

        private CompletableFuture<HttpAnswer> answer(Arrived arrived) {
            CompletableFuture<Optional<Links.Offer>> offer = links == null || asked == null || arrived.kept() != null
                    ? CompletableFuture.completedFuture(Optional.empty())
                    : links.upload(asked);
            return offer.thenApply(link -> Writing.uploaded(
                    arrived.bytes(),
                    arrived.kept(),
                    link.orElse(null),
                    services.clock().instant()));
        }

        @Override
        public void abort() {
            upload.abort();
        }
    }
}
