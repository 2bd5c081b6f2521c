package dev.gpupool.internal.checkpoint;

import dev.gpupool.spi.checkpoint.CheckpointRef;
import dev.gpupool.spi.internal.Sha256;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The file name of a checkpoint: what can be read of the job id, a digest of the whole id, the step, and the digest of
 * the bytes. It holds the whole digest of the bytes, so a name never comes to mean other bytes.
 */
public final class CheckpointName {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,199}\\.checkpoint");
    private static final Pattern TAIL = Pattern.compile("(\\d{1,19})-([0-9a-f]{64})\\.checkpoint");
    private static final int READABLE = 40;

    private CheckpointName() {}

    public static String of(String jobId, long step, String sha256) {
        return ofJob(jobId) + step + "-" + sha256 + ".checkpoint";
    }

    /** How the names of a job's checkpoints begin, and no other's. */
    public static String ofJob(String jobId) {
        String readable = jobId.substring(0, Math.min(READABLE, jobId.length())).replaceAll("[^A-Za-z0-9_-]", "_");
        String whole = Sha256.of(jobId.getBytes(StandardCharsets.UTF_8));
        return "job_" + readable + "-" + whole.substring(0, 16) + "-";
    }

    /** The reference that a name was made for, or {@code null} if it is no name of the job's. */
    public static @Nullable CheckpointRef read(String jobId, String name, long size) {
        String head = ofJob(jobId);
        Matcher tail = TAIL.matcher(name.startsWith(head) ? name.substring(head.length()) : "");
        if (!tail.matches() || new BigInteger(tail.group(1)).bitLength() > 63) {
            return null;
        }
        CheckpointRef reference = new CheckpointRef(name, tail.group(2), size, Long.parseLong(tail.group(1)));
        return of(jobId, reference.step(), reference.sha256()).equals(name) ? reference : null;
    }

    /**
     * Refuses what is not a plain file name of this store.
     *
     * @throws IllegalArgumentException if the uri could lead out of the folder or to a file that is no checkpoint
     */
    public static String checked(String uri) {
        if (!NAME.matcher(uri).matches()) {
            throw new IllegalArgumentException(
                    "checkpoint.uri must be the name of a checkpoint file inside the folder, but was \"" + uri + '"');
        }
        return uri;
    }
}
