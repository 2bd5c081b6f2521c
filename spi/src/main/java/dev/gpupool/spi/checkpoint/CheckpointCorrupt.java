package dev.gpupool.spi.checkpoint;

import java.io.IOException;

/** The stored bytes are not those that the checkpoint reference names. */
public final class CheckpointCorrupt extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * Names the reference and what was found instead.
     *
     * @param reference what was asked for
     * @param found the digest or size that the bytes have
     */
    public CheckpointCorrupt(CheckpointRef reference, String found) {
        super("checkpoint " + reference.uri() + " (step " + reference.step() + ") should be " + reference.sizeBytes()
                + " bytes with SHA-256 " + reference.sha256() + ", but is " + found);
    }
}
