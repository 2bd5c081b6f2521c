package dev.gpupool.internal.record;

import dev.gpupool.spi.checkpoint.CheckpointRef;

/**
 * A committed checkpoint.
 *
 * @param reference names the bytes
 * @param attempt the attempt that wrote it
 * @param ranMillis the useful time behind it, all attempts together
 */
public record SavedCheckpoint(CheckpointRef reference, int attempt, long ranMillis) {}
