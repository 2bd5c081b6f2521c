package dev.gpupool.http;

import dev.gpupool.spi.checkpoint.CheckpointRef;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request that brings bytes of a checkpoint. What has come stays when it is cut. */
final class Upload {
    private static final Logger LOG = LoggerFactory.getLogger(Upload.class);

    private final Uploads uploads;
    private final Uploads.Key key;
    private final String name;
    private final Path file;
    private final @Nullable ByteRange range;
    private @Nullable CheckpointRef complete;
    private @Nullable FileChannel channel;
    private @Nullable Problem problem;
    private long taken;
    private boolean over;
    private volatile boolean keeping;
    private volatile @Nullable Upload before;

    Upload(Uploads uploads, Uploads.Key key, String name, Path file, @Nullable ByteRange range) {
        this.uploads = uploads;
        this.key = key;
        this.name = name;
        this.file = file;
        this.range = range;
    }

    Uploads.Key key() {
        return key;
    }

    /** The key's, which costs a digest. */
    String name() {
        return name;
    }

    /** Who sent the same before and may still be at it. */
    void comesAfter(@Nullable Upload other) {
        before = other;
    }

    /** Whether the store is taking in these very bytes, for this request or one before it. */
    boolean beingKept() {
        for (Upload each = this; each != null; each = each.before) {
            if (each.keeping) {
                return true;
            }
        }
        return false;
    }

    /**
     * Cuts off everybody who sent the same before: who came between may not have done so yet, and two that write one file
     * spoil it. Waits for one that has just begun to be kept.
     */
    void cutOffEarlier() {
        for (Upload each = before; each != null; each = each.before) {
            each.abort();
        }
        before = null;
    }

    /** The same bytes are in the store already, and the answer that said so was lost. */
    synchronized void alreadyComplete(@Nullable CheckpointRef kept) {
        complete = kept;
    }

    /** Takes a piece; false if no more is wanted. */
    synchronized boolean take(byte[] bytes, int length) {
        if (over || problem != null || complete != null) {
            return false;
        }
        try {
            problem = check(length);
            if (problem != null) {
                return false;
            }
            FileChannel to = open();
            ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, length);
            while (buffer.hasRemaining()) {
                to.write(buffer);
            }
            taken += length;
            return true;
        } catch (IOException e) {
            problem = full(e);
            return false;
        }
    }

    private @Nullable Problem check(int more) throws IOException {
        long limit = range == null ? uploads.maxBytes() : range.length();
        if (taken + more > limit) {
            return range == null
                    ? uploads.tooLarge()
                    : Problem.invalid("the body must have the " + range.length() + " bytes that Content-Range names");
        }
        return taken == 0 && range != null && range.first() != received()
                ? new Problem(409, "upload-mismatch", true, "the next byte is another")
                        .with("receivedBytes", received())
                : null;
    }

    private FileChannel open() throws IOException {
        FileChannel opened = channel;
        if (opened == null) {
            opened = range == null
                    ? FileChannel.open(
                            file,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE,
                            StandardOpenOption.TRUNCATE_EXISTING)
                    : FileChannel.open(
                            file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
            channel = opened;
        }
        return opened;
    }

    private long received() throws IOException {
        return Files.exists(file) ? Files.size(file) : 0;
    }

    /** Where the bytes are now, or {@code null} if some are missing. Throws what the worker is to be told. */
    synchronized @Nullable CheckpointRef end() {
        try {
            if (complete != null) {
                return complete;
            }
            if (problem != null) {
                throw problem;
            }
            if (over) {
                throw Problem.busy("a later request of the same upload took over");
            }
            if (range == null || range.size() == 0) {
                open();
            }
            closeChannel();
            long size = range == null ? received() : range.size();
            if (received() != size) {
                return null;
            }
            keeping = true;
            return uploads.keep(key, file);
        } catch (IOException e) {
            throw full(e);
        } finally {
            keeping = false;
            abort();
        }
    }

    /** How many bytes have come, of this request and those before it. */
    synchronized long receivedBytes() {
        try {
            return complete == null ? received() : complete.sizeBytes();
        } catch (IOException e) {
            throw full(e);
        }
    }

    private static Problem full(IOException e) {
        LOG.warn("checkpoint bytes cannot be kept", e);
        return Problem.full("the host cannot keep the bytes; its log says why");
    }

    /** No more will come. */
    synchronized void abort() {
        over = true;
        uploads.closed(this);
        try {
            closeChannel();
        } catch (IOException e) {
            LOG.warn("an upload could not be closed", e);
        }
    }

    private void closeChannel() throws IOException {
        FileChannel opened = channel;
        channel = null;
        if (opened != null) {
            opened.close();
        }
    }
}
