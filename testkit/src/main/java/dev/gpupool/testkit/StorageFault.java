package dev.gpupool.testkit;

/** What can go wrong with one call of a {@link FaultyStorage}. */
public enum StorageFault {
    /** A changeset whose conditions hold is refused all the same. Each changeset of a batch is drawn for itself. */
    CONFLICT,
    /** The call fails and surely had no effect. */
    UNAVAILABLE,
    /** The batch takes effect, but the answer is lost. */
    UNKNOWN_APPLIED,
    /** The batch takes no effect, and nobody knows. */
    UNKNOWN_NOT_APPLIED,
    /** The answer is lost, and the batch takes effect some time later, unless its conditions no longer hold then. */
    UNKNOWN_LATER,
    /** Only the first changesets of the batch take effect, and nobody knows which. */
    BATCH_CUT,
    /** The call takes long; the world goes on meanwhile. */
    STALL,
    /** A read fails. */
    READ_UNAVAILABLE,
    /** A hint that a record changed is lost. */
    HINT_LOST,
    /** The call comes while the storage is down. Scripted only: see {@link FaultyStorage#downFor}. */
    DOWN,
    /** The host dies in the call. Scripted only: see {@link FaultyStorage#crashAt}. */
    CRASH
}
