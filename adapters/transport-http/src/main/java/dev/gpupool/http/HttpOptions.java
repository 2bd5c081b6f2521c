package dev.gpupool.http;

import dev.gpupool.spi.internal.Require;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How workers are served over HTTP. Immutable; each change gives a copy. */
public final class HttpOptions {
    private static final HttpOptions DEFAULTS =
            new HttpOptions(512L << 20, 2, null, null, Duration.ofSeconds(30), null);

    private final long maxCheckpointBytes;
    private final int keptCheckpoints;
    private final @Nullable Path uploads;
    private final @Nullable URI publicUrl;
    private final Duration bodyTimeout;
    private final @Nullable CheckpointLinks checkpointLinks;

    private HttpOptions(
            long maxCheckpointBytes,
            int keptCheckpoints,
            @Nullable Path uploads,
            @Nullable URI publicUrl,
            Duration bodyTimeout,
            @Nullable CheckpointLinks checkpointLinks) {
        this.maxCheckpointBytes = maxCheckpointBytes;
        this.keptCheckpoints = keptCheckpoints;
        this.uploads = uploads;
        this.publicUrl = publicUrl;
        this.bodyTimeout = bodyTimeout;
        this.checkpointLinks = checkpointLinks;
    }

    /**
     * What works unless it must be otherwise.
     *
     * @return the defaults
     */
    public static HttpOptions ofDefaults() {
        return DEFAULTS;
    }

    /**
     * Sets how large a checkpoint may be, wherever it goes.
     *
     * @param bytes 1 byte to 1 TiB; 512 MiB unless set
     * @return a copy
     */
    public HttpOptions maxCheckpointBytes(long bytes) {
        Require.between("http.maxCheckpointBytes", bytes, 1, 1L << 40);
        return new HttpOptions(bytes, keptCheckpoints, uploads, publicUrl, bodyTimeout, checkpointLinks);
    }

    /**
     * Sets how many checkpoints of a job are kept. All are deleted when it completes; those of a job that failed or was
     * cancelled stay.
     *
     * @param count 1 to 100; the newest 2 unless set
     * @return a copy
     */
    public HttpOptions keptCheckpoints(int count) {
        Require.between("http.keptCheckpoints", count, 1, 100);
        return new HttpOptions(maxCheckpointBytes, count, uploads, publicUrl, bodyTimeout, checkpointLinks);
    }

    /**
     * Sets where checkpoints lie while they arrive. Of two hosts on one machine each needs a folder of its own.
     *
     * @param folder made if it is missing; {@code gpupool-uploads-POOL} in the directory for temporary files unless set
     * @return a copy
     */
    public HttpOptions uploads(Path folder) {
        Require.notNull("http.uploads", folder);
        return new HttpOptions(maxCheckpointBytes, keptCheckpoints, folder, publicUrl, bodyTimeout, checkpointLinks);
    }

    /**
     * Sets where workers reach the pool, for notebooks that it serves.
     *
     * @param url the address of the prefix, such as {@code https://gpu.example.org/gpupool/v1}; the one by which the
     *     notebook was asked for unless set
     * @return a copy
     */
    public HttpOptions publicUrl(URI url) {
        Require.notNull("http.publicUrl", url);
        if (!"https".equals(url.getScheme()) && !"http".equals(url.getScheme())) {
            throw new IllegalArgumentException("http.publicUrl must begin with http:// or https://, but was " + url);
        }
        return new HttpOptions(maxCheckpointBytes, keptCheckpoints, uploads, url, bodyTimeout, checkpointLinks);
    }

    /**
     * Sets how long a client may take to send the body of a call; checkpoint bytes apart, which may take as long as they
     * keep coming. A server of the library's own ends a connection whose next request takes three times as long to begin.
     *
     * @param timeout above zero; 30 s unless set
     * @return a copy
     */
    public HttpOptions bodyTimeout(Duration timeout) {
        Require.positive("http.bodyTimeout", timeout);
        return new HttpOptions(maxCheckpointBytes, keptCheckpoints, uploads, publicUrl, timeout, checkpointLinks);
    }

    /**
     * Sets who makes links to checkpoint bytes in an object store of the host's. Workers that know of links then bring their
     * bytes there; those that do not bring them to the pool as before, but cannot go on from what lies there.
     *
     * @param links asked for each checkpoint; none unless set, and all bytes go through the pool
     * @return a copy
     */
    public HttpOptions checkpointLinks(CheckpointLinks links) {
        Require.notNull("http.checkpointLinks", links);
        return new HttpOptions(maxCheckpointBytes, keptCheckpoints, uploads, publicUrl, bodyTimeout, links);
    }

    @Nullable CheckpointLinks checkpointLinks() {
        return checkpointLinks;
    }

    long maxCheckpointBytes() {
        return maxCheckpointBytes;
    }

    int keptCheckpoints() {
        return keptCheckpoints;
    }

    @Nullable Path uploads() {
        return uploads;
    }

    @Nullable URI publicUrl() {
        return publicUrl;
    }

    /**
     * How long a client may take to send the body of a call.
     *
     * @return 30 s unless set
     */
    public Duration bodyTimeout() {
        return bodyTimeout;
    }
}
