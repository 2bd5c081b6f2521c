package dev.gpupool.testkit;

import dev.gpupool.spi.checkpoint.CheckpointRef;
import dev.gpupool.spi.internal.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** Checkpoints without bytes: the digest is that of (job id, step), so that a wrong one is noticed on resume. */
final class SimCheckpoints {
    private final MessageDigest sha256 = Sha256.start();

    CheckpointRef of(String jobId, long step) {
        String name = jobId + ':' + step;
        String digest = Sha256.hex(sha256.digest(name.getBytes(StandardCharsets.UTF_8)));
        return new CheckpointRef("sim:" + name, digest, 1_000_000, step);
    }

    boolean isSound(String jobId, CheckpointRef reference) {
        return of(jobId, reference.step()).equals(reference);
    }
}
