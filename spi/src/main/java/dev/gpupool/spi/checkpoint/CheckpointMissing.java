package dev.gpupool.spi.checkpoint;

import java.io.IOException;

/** The bytes that a checkpoint reference names are gone. */
public final class CheckpointMissing extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * Names the reference.
     *
     * @param reference what was asked for
     */
    public CheckpointMissing(CheckpointRef reference) {
        super("checkpoint " + reference.uri() + " (step " + reference.step() + ") is gone from the store");
    }
}
