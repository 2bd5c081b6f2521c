package dev.gpupool.testkit;

/** What becomes of the batch in whose commit a host dies. */
public enum CrashMode {
    /** Nothing of it takes effect. */
    NOT_APPLIED,
    /** All of it takes effect. */
    APPLIED_UNANSWERED,
    /** It takes effect up to and including the changeset at which the host dies. */
    BATCH_CUT
}
