package dev.gpupool.spi.storage;

/** What became of a changeset. */
public enum CommitResult {
    /** All operations took effect, and every scan or find that begins from now on, on any host, sees them. */
    APPLIED,
    /** Nothing took effect: a condition did not hold. May be spurious. */
    CONFLICT
}
