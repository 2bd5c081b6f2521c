package dev.gpupool.http;

import dev.gpupool.spi.checkpoint.CheckpointRef;
import dev.gpupool.spi.checkpoint.CheckpointStore;
import dev.gpupool.spi.internal.Sha256;
import dev.gpupool.spi.worker.LeaseToken;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checkpoint bytes on their way into the store: they lie in a folder until all have come, so that an upload that was cut
 * goes on where it stopped, also over a restart of the host. Safe for use by many threads.
 */
final class Uploads {
    private static final Logger LOG = LoggerFactory.getLogger(Uploads.class);
    private static final Duration FORGOTTEN_AFTER = Duration.ofHours(24);
    private static final String SUFFIX = ".part";
    private static final int REMEMBERED = 1_000;

    /** What is uploaded: the same again is the same upload. */
    record Key(LeaseToken lease, long step, String sha256) {
        private String ofLease() {
            return Sha256.of((lease.leaseId() + '\n' + lease.jobId()).getBytes(StandardCharsets.UTF_8))
                    .substring(0, 32);
        }

        /** Nothing of what the worker sent gets into a file's name unless it is digits. */
        private String name() {
            return ofLease() + '-' + step + '-' + sha256 + SUFFIX;
        }
    }

    private final Path folder;
    private final CheckpointStore store;
    private final long maxBytes;
    private final TreeMap<String, Upload> active = new TreeMap<>();
    private final LinkedHashMap<String, CheckpointRef> complete = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, CheckpointRef> eldest) {
            return size() > REMEMBERED;
        }
    };

    /**
     * Uploads into a store.
     *
     * @param now to tell uploads that nobody will finish
     * @throws IOException if the folder cannot be made or listed
     */
    Uploads(Path folder, CheckpointStore store, long maxBytes, Instant now) throws IOException {
        this.folder = made(folder.toAbsolutePath());
        this.store = store;
        this.maxBytes = maxBytes;
        sweep(now);
    }

    /** Of nobody else on this machine if it is new: what lies there is not yet compared with its digest. */
    private static Path made(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder);
            PosixFileAttributeView view = Files.getFileAttributeView(folder, PosixFileAttributeView.class);
            if (view != null) {
                view.setPermissions(PosixFilePermissions.fromString("rwx------"));
            }
        }
        return folder;
    }

    private void sweep(Instant now) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
            for (Path file : files) {
                if (Files.getLastModifiedTime(file).toInstant().isBefore(now.minus(FORGOTTEN_AFTER))) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    /**
     * Begins or goes on with an upload; whoever sent the same before is cut off, unless it has all and is being kept: then this
     * one is to come later. May wait for the disk.
     */
    Upload open(Key key, @Nullable ByteRange range) {
        if (range != null && range.size() > maxBytes) {
            throw tooLarge();
        }
        String name = key.name();
        Upload upload = new Upload(this, key, name, folder.resolve(name), range);
        synchronized (active) {
            Upload before = active.get(name);
            if (before != null && before.beingKept()) {
                throw Problem.busy("the same bytes are being kept for an earlier request; repeat later");
            }
            upload.comesAfter(before);
            active.put(name, upload);
        }
        upload.cutOffEarlier();
        // The one before may have been about to end: what it brought is looked for when it has.
        CheckpointRef kept;
        synchronized (active) {
            kept = complete.get(name);
        }
        // Not under that lock: an upload that is aborted holds its own and asks for it.
        upload.alreadyComplete(kept);
        dropOthers(key, name);
        return upload;
    }

    /** A worker saves one checkpoint of a job at a time: an older one will not be finished. */
    private void dropOthers(Key key, String name) {
        String ofLease = key.ofLease();
        List<Upload> others;
        synchronized (active) {
            others = active.subMap(ofLease, ofLease + '~').values().stream()
                    .filter(each -> !each.key().equals(key))
                    .toList();
        }
        others.forEach(other -> {
            other.cutOffEarlier();
            other.abort();
        });
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, ofLease + "-*" + SUFFIX)) {
            for (Path file : files) {
                if (!file.getFileName().toString().equals(name)) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            LOG.warn("the upload folder {} cannot be listed", folder, e);
        }
    }

    void closed(Upload upload) {
        synchronized (active) {
            active.remove(upload.name(), upload);
        }
    }

    long maxBytes() {
        return maxBytes;
    }

    Problem tooLarge() {
        return Problem.tooLarge("a checkpoint may have at most " + maxBytes + " bytes");
    }

    /** Hands complete bytes to the store. */
    CheckpointRef keep(Key key, Path file) throws IOException {
        String found = digest(file);
        if (!found.equals(key.sha256())) {
            Files.deleteIfExists(file);
            throw Problem.invalid("sha256 must be the digest of the bytes, but was " + key.sha256()
                    + " where they have " + found + "; they are dropped");
        }
        CheckpointRef kept;
        try (InputStream bytes = Files.newInputStream(file)) {
            kept = store.put(key.lease().jobId(), key.step(), bytes);
        }
        synchronized (active) {
            complete.put(key.name(), kept);
        }
        Files.deleteIfExists(file);
        return kept;
    }

    private static String digest(Path file) throws IOException {
        MessageDigest sha256 = Sha256.start();
        try (InputStream bytes = new DigestInputStream(Files.newInputStream(file), sha256)) {
            byte[] buffer = new byte[1 << 16];
            while (bytes.read(buffer) >= 0) {
                // The digest takes it.
            }
        }
        return Sha256.hex(sha256.digest());
    }
}
