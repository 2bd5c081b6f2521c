package dev.gpupool.spi.checkpoint;

import dev.gpupool.spi.internal.Require;
import java.util.regex.Pattern;

/**
 * Names the bytes of one checkpoint. The bytes are safe before a reference to them is committed.
 *
 * @param uri where the bytes are, in the words of the store that keeps them; at most 2,000 printable ASCII characters
 * @param sha256 the SHA-256 of the bytes, 64 lower-case hexadecimal digits
 * @param sizeBytes the number of bytes, zero or more
 * @param step how far the job had come, in the job's own unit; grows within a job
 */
public record CheckpointRef(String uri, String sha256, long sizeBytes, long step) {
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    /**
     * Checks the form.
     *
     * @throws IllegalArgumentException if the digest is not 64 lower-case hexadecimal digits, or the size or the step
     *     is negative
     */
    public CheckpointRef {
        Require.ascii("checkpoint.uri", uri, 2_000);
        if (!SHA256.matcher(Require.notNull("checkpoint.sha256", sha256)).matches()) {
            throw new IllegalArgumentException(
                    "checkpoint.sha256 must be 64 lower-case hexadecimal digits, but was \"" + sha256 + '"');
        }
        Require.between("checkpoint.sizeBytes", sizeBytes, 0, Long.MAX_VALUE);
        Require.between("checkpoint.step", step, 0, Long.MAX_VALUE);
    }
}
