package dev.gpupool.internal.checkpoint;

import dev.gpupool.spi.checkpoint.CheckpointCorrupt;
import dev.gpupool.spi.checkpoint.CheckpointRef;
import dev.gpupool.spi.internal.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/**
 * Bytes that are checked while they are read. The digest is compared before the last bytes are handed out, so that
 * also a reader who knows the size, and never reads to the end of the stream, is told. Not thread-safe.
 */
public final class VerifiedStream extends InputStream {
    private final InputStream bytes;
    private final CheckpointRef reference;
    private final MessageDigest digest = Sha256.start();
    private long remaining;

    /**
     * Begins to read.
     *
     * @throws CheckpointCorrupt if the reference names no bytes but another digest than that of none
     */
    public VerifiedStream(InputStream bytes, CheckpointRef reference) throws CheckpointCorrupt {
        this.bytes = bytes;
        this.reference = reference;
        remaining = reference.sizeBytes();
        verifyAtEnd();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (remaining == 0) {
            return -1;
        }
        int count = bytes.read(target, offset, (int) Math.min(length, remaining));
        if (count < 0) {
            throw new CheckpointCorrupt(reference, (reference.sizeBytes() - remaining) + " bytes");
        }
        digest.update(target, offset, count);
        remaining -= count;
        verifyAtEnd();
        return count;
    }

    private void verifyAtEnd() throws CheckpointCorrupt {
        if (remaining > 0) {
            return;
        }
        String found = Sha256.hex(digest.digest());
        if (!found.equals(reference.sha256())) {
            // Whoever reads on after the failure must not see a regular end.
            remaining = 1;
            throw new CheckpointCorrupt(reference, reference.sizeBytes() + " bytes with SHA-256 " + found);
        }
    }

    @Override
    public void close() throws IOException {
        bytes.close();
    }
}
