package dev.gpupool.internal.checkpoint;

import dev.gpupool.spi.checkpoint.CheckpointRef;
import dev.gpupool.spi.internal.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Duration;

/**
 * A checkpoint that is being written, under a name that no reference can bear. It becomes one so:
 *
 * <ol>
 *   <li>the bytes are written and digested, and the file is forced to the disk;
 *   <li>the file is renamed, atomically, to the name that holds the digest;
 *   <li>the folder is forced to the disk, so that the new name survives a crash.
 * </ol>
 *
 * <p>What a crash leaves of it is swept when a store is next created in the folder.
 */
public final class Draft implements AutoCloseable {
    private static final String PREFIX = ".draft-";
    private static final int BUFFER_BYTES = 1 << 16;
    /** Another process may be writing into the same folder: only a draft that has stood still so long is left over. */
    private static final Duration LEFT_OVER = Duration.ofHours(1);

    private final Path folder;
    private final Path file;

    private Draft(Path folder, Path file) {
        this.folder = folder;
        this.file = file;
    }

    public static Draft in(Path folder) throws IOException {
        return new Draft(folder, Files.createTempFile(folder, PREFIX, ""));
    }

    /** Writes all bytes and gives the draft its lasting name. */
    public CheckpointRef keep(String jobId, long step, InputStream bytes) throws IOException {
        MessageDigest digest = Sha256.start();
        long size = write(bytes, digest);
        String sha256 = Sha256.hex(digest.digest());
        CheckpointRef reference = new CheckpointRef(CheckpointName.of(jobId, step, sha256), sha256, size, step);
        Files.move(
                file,
                folder.resolve(reference.uri()),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
        forceFolder();
        return reference;
    }

    private long write(InputStream bytes, MessageDigest digest) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int count = bytes.read(buffer); count >= 0; count = bytes.read(buffer)) {
                digest.update(buffer, 0, count);
                ByteBuffer rest = ByteBuffer.wrap(buffer, 0, count);
                while (rest.hasRemaining()) {
                    channel.write(rest);
                }
            }
            channel.force(true);
            return channel.size();
        }
    }

    private void forceFolder() throws IOException {
        // Elsewhere a folder cannot be opened, and the rename is as durable as that system makes it.
        if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    /** Removes what is left of the draft if it was not kept. */
    @Override
    public void close() throws IOException {
        Files.deleteIfExists(file);
    }

    /**
     * Deletes drafts that a crash left behind: those that stood still for an hour, by the file system's own time.
     *
     * @return how many
     */
    public static int sweep(Path folder) throws IOException {
        int swept = 0;
        try (Draft probe = in(folder);
                DirectoryStream<Path> drafts = Files.newDirectoryStream(folder, PREFIX + "*")) {
            FileTime limit = FileTime.from(
                    Files.getLastModifiedTime(probe.file).toInstant().minus(LEFT_OVER));
            for (Path draft : drafts) {
                if (lastWrite(draft, limit).compareTo(limit) < 0 && Files.deleteIfExists(draft)) {
                    swept++;
                }
            }
        }
        return swept;
    }

    private static FileTime lastWrite(Path draft, FileTime ifGone) throws IOException {
        try {
            return Files.getLastModifiedTime(draft);
        } catch (NoSuchFileException e) {
            return ifGone;
        }
    }
}
