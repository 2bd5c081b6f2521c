package dev.gpupool.internal.checkpoint;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * The file name of a checkpoint: what can be read of the job id, a digest of the whole id, the step, and the digest of
 * the bytes. It holds the whole digest of the bytes, so a name never comes to mean other bytes.
 */
public final class CheckpointName {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,199}\\.checkpoint");
    private static final int READABLE = 40;

    private CheckpointName() {}

    public static String of(String jobId, long step, String sha256) {
        String readable = jobId.substring(0, Math.min(READABLE, jobId.length())).replaceAll("[^A-Za-z0-9_-]", "_");
        String whole = Sha256.hex(Sha256.start().digest(jobId.getBytes(StandardCharsets.UTF_8)));
        return "job_" + readable + "-" + whole.substring(0, 16) + "-" + step + "-" + sha256 + ".checkpoint";
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
