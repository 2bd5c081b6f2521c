package dev.gpupool.testkit;

import dev.gpupool.spi.checkpoint.CheckpointRef;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Checkpoints without bytes: the digest is that of (job id, step), so that a wrong one is noticed on resume. */
final class SimCheckpoints {
    private static final HexFormat HEX = HexFormat.of();

    private final MessageDigest sha256;

    SimCheckpoints() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    CheckpointRef of(String jobId, long step) {
        String name = jobId + ':' + step;
        String digest = HEX.formatHex(sha256.digest(name.getBytes(StandardCharsets.UTF_8)));
        return new CheckpointRef("sim:" + name, digest, 1_000_000, step);
    }

    boolean isSound(String jobId, CheckpointRef reference) {
        return of(jobId, reference.step()).equals(reference);
    }
}
