package dev.gpupool;

import dev.gpupool.internal.checkpoint.CheckpointName;
import dev.gpupool.internal.checkpoint.Draft;
import dev.gpupool.internal.checkpoint.VerifiedStream;
import dev.gpupool.spi.checkpoint.CheckpointCorrupt;
import dev.gpupool.spi.checkpoint.CheckpointMissing;
import dev.gpupool.spi.checkpoint.CheckpointRef;
import dev.gpupool.spi.checkpoint.CheckpointStore;
import dev.gpupool.spi.internal.Require;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps checkpoints as files of one folder.
 *
 * <ul>
 *   <li>A reference's uri is the name of a file inside the folder, so the folder may be moved as a whole. A uri that
 *       could lead out of it is refused with {@link IllegalArgumentException}.
 *   <li>Bytes are written to a draft, forced to the disk, and renamed atomically; the folder is forced too.
 *   <li>{@link #get} compares the size before the first byte and the digest before the last.
 *   <li>Drafts that a crash left behind are never seen, and are deleted when a store is created in the folder once
 *       they have stood still for an hour.
 *   <li>Nothing is deleted by itself: {@link #delete} does it.
 *   <li>{@link #list} reads the names in the folder: milliseconds for some ten thousand.
 * </ul>
 *
 * <p>Safe for use by many threads, and by many processes on one folder.
 */
public final class FolderCheckpointStore implements CheckpointStore {
    private static final Logger LOG = LoggerFactory.getLogger(FolderCheckpointStore.class);

    private final Path folder;

    private FolderCheckpointStore(Path folder) {
        this.folder = folder;
    }

    /**
     * A store in a folder.
     *
     * @param folder the folder; it and its parents are created where they are missing
     * @return the store
     * @throws IOException if the folder cannot be created, written or listed
     */
    public static FolderCheckpointStore in(Path folder) throws IOException {
        Path created = Files.createDirectories(Require.notNull("folder", folder).toAbsolutePath());
        int swept = Draft.sweep(created);
        if (swept > 0) {
            LOG.info("checkpoint folder {}: deleted {} drafts that a crash left behind", created, swept);
        }
        return new FolderCheckpointStore(created);
    }

    @Override
    public CheckpointRef put(String jobId, long step, InputStream bytes) throws IOException {
        Require.notNull("jobId", jobId);
        Require.between("step", step, 0, Long.MAX_VALUE);
        Require.notNull("bytes", bytes);
        try (Draft draft = Draft.in(folder)) {
            return draft.keep(jobId, step, bytes);
        }
    }

    @Override
    public InputStream get(CheckpointRef reference) throws IOException {
        Path file = file(reference);
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
            try {
                return verified(channel, reference);
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (NoSuchFileException e) {
            CheckpointMissing missing = new CheckpointMissing(reference);
            missing.initCause(e);
            throw missing;
        }
    }

    private static InputStream verified(FileChannel channel, CheckpointRef reference) throws IOException {
        long size = channel.size();
        if (size != reference.sizeBytes()) {
            throw new CheckpointCorrupt(reference, size + " bytes");
        }
        return new VerifiedStream(new BufferedInputStream(Channels.newInputStream(channel), 1 << 16), reference);
    }

    @Override
    public void delete(CheckpointRef reference) throws IOException {
        Files.deleteIfExists(file(reference));
    }

    @Override
    public List<CheckpointRef> list(String jobId) throws IOException {
        String head = CheckpointName.ofJob(Require.notNull("jobId", jobId));
        List<CheckpointRef> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, head + "*")) {
            for (Path file : files) {
                add(found, jobId, file);
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return found;
    }

    private static void add(List<CheckpointRef> found, String jobId, Path file) throws IOException {
        try {
            CheckpointRef reference =
                    CheckpointName.read(jobId, file.getFileName().toString(), Files.size(file));
            if (reference != null) {
                found.add(reference);
            }
        } catch (NoSuchFileException e) {
            LOG.debug("{} was deleted meanwhile", file, e);
        }
    }

    private Path file(CheckpointRef reference) {
        return folder.resolve(CheckpointName.checked(reference.uri()));
    }
}
