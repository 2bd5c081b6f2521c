package dev.gpupool.storage.jdbc;

import dev.gpupool.spi.storage.StorageUnavailable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says that a file belongs to one pool: a lock of the operating system on a file beside it, which ends with its process,
 * however that ends.
 */
final class FileOwner {
    private static final Logger LOG = LoggerFactory.getLogger(FileOwner.class);

    private final FileChannel channel;

    private FileOwner(FileChannel channel) {
        this.channel = channel;
    }

    static FileOwner of(Path file) {
        Path beside = file.resolveSibling(file.getFileName() + "-lock");
        FileChannel channel;
        try {
            channel = FileChannel.open(beside, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (NoSuchFileException e) {
            throw new StorageUnavailable("the folder " + beside.getParent() + " is not there: make it first", e);
        } catch (IOException e) {
            throw new StorageUnavailable("the file " + beside + " cannot be made: " + e, e);
        }
        FileOwner owner = new FileOwner(channel);
        if (lock(channel, beside) == null) {
            owner.close();
            throw new IllegalStateException("the file " + file.toAbsolutePath()
                    + " belongs to another pool: close that one first, or give this one a file of its own");
        }
        return owner;
    }

    private static @Nullable FileLock lock(FileChannel channel, Path beside) {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // another pool of this process has it
        } catch (IOException e) {
            throw new StorageUnavailable("the file " + beside + " cannot be locked: " + e, e);
        }
    }

    void close() {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.warn("a lock file does not close", e);
        }
    }
}
