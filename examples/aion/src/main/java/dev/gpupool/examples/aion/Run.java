package dev.gpupool.examples.aion;

import dev.gpupool.spi.checkpoint.CheckpointRef;
import dev.gpupool.spi.worker.LeaseToken;
import org.jspecify.annotations.Nullable;

/** One attempt on a notebook. */
interface Run {
    LeaseToken lease();

    /** Begins. */
    void begin();

    /** Stops for good and, if that makes sense, makes a last checkpoint safe. */
    @Nullable CheckpointRef giveBack();
}
