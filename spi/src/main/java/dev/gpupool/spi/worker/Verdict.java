package dev.gpupool.spi.worker;

/** What the pool says of a lease that a worker believes to hold. */
public enum Verdict {
    /** Go on. */
    OK,
    /** The lease ended and was not taken up again: stop, and discard what is not checkpointed. */
    LOST,
    /** The job was cancelled or has run out of time: stop, and report the release. */
    CANCEL
}
