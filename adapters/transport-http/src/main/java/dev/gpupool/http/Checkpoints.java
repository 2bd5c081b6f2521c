package dev.gpupool.http;

import dev.gpupool.spi.checkpoint.CheckpointMissing;
import dev.gpupool.spi.checkpoint.CheckpointRef;
import dev.gpupool.spi.checkpoint.CheckpointStore;
import dev.gpupool.spi.worker.LeaseReport;
import dev.gpupool.spi.worker.LeaseToken;
import dev.gpupool.spi.worker.ReportAnswer;
import dev.gpupool.spi.worker.TransportServices;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
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
    private final Disk disk;

    Checkpoints(HttpOptions options, TransportServices services, Disk disk) {
        this.services = services;
        this.store = services.checkpoints();
        this.disk = disk;
        this.retention = new Retention(store, options.keptCheckpoints(), disk);
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
    }

    /** What a report means for the bytes that are kept. */
    void reported(LeaseReport report, ReportAnswer answer) {
        String jobId = report.lease().jobId();
        CheckpointRef checkpoint = committed(report);
        boolean done = answer.accepted() && report instanceof LeaseReport.Completed;
        if (done || answer.outcome() == ReportAnswer.Outcome.FINAL) {
            retention.ended(jobId);
        } else if (answer.accepted() && checkpoint != null) {
            retention.committed(jobId, checkpoint);
        }
    }

    private static @Nullable CheckpointRef committed(LeaseReport report) {
        if (report instanceof LeaseReport.Checkpointed checkpointed) {
            return checkpointed.checkpoint();
        }
        return report instanceof LeaseReport.Released released ? released.checkpoint() : null;
    }

    CompletableFuture<HttpExchange> upload(LeaseToken lease, long step, String sha256, @Nullable ByteRange range) {
        return disk.supply(() -> new Receiving(uploads.open(new Uploads.Key(lease, step, sha256), range)));
    }

    /** The bytes of a job's checkpoint from some byte on. */
    CompletableFuture<HttpAnswer> download(String jobId, @Nullable CheckpointRef checkpoint, long from) {
        if (checkpoint == null) {
            throw Problem.notFound("not-found", "the job has no checkpoint");
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

    /** Takes the bytes of one request. */
    private final class Receiving implements HttpExchange {
        private final Upload upload;

        Receiving(Upload upload) {
            this.upload = upload;
        }

        @Override
        public boolean take(byte[] bytes, int length) {
            return upload.take(bytes, length);
        }

        @Override
        public CompletableFuture<HttpAnswer> end() {
            return disk.supply(this::kept).exceptionally(failure -> {
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

        private HttpAnswer kept() {
            CheckpointRef kept = upload.end();
            long received = upload.receivedBytes();
            return Writing.answer(kept == null ? 202 : 200, services.clock().instant(), List.of(), json -> {
                json.writeNumberProperty("receivedBytes", kept == null ? received : kept.sizeBytes());
                if (kept != null) {
                    Writing.checkpoint(json, kept);
                }
            });
        }

        @Override
        public void abort() {
            upload.abort();
        }
    }
}
