package dev.gpupool.testkit;

/** What can go wrong in a {@link Simulation}, and in what a rate of it is counted. */
public enum SimFault {
    /** A message is lost, each way; in millionths of messages. */
    MESSAGE_LOSS,
    /** A message arrives twice; in millionths of messages. */
    MESSAGE_DOUBLED,
    /** A worker is cut off for 1 to 30 minutes; times a week. */
    PARTITION,
    /** All workers of a provider are cut off for 2 to 6 minutes; times a week. */
    PROVIDER_PARTITION,
    /** A machine dies, and is started again later; times a week. */
    WORKER_CRASH,
    /** An agent's process is replaced under the same name; times a week. */
    KERNEL_RESTART,
    /** A worker hears nothing, and what it says arrives 4 to 40 minutes late; times a week. */
    ZOMBIE,
    /** A worker stops to obey; times a week. */
    DISOBEDIENCE,
    /** A host stands still for 10 s to 10 minutes; times a week. */
    HOST_PAUSE,
    /** A host dies and is started again 10 s to 20 minutes later; times a week. */
    HOST_CRASH,
    /** A host's wall clock jumps by up to 2 h and back 10 minutes later; times a week. */
    WALL_JUMP,
    /** A changeset is refused for no reason; in millionths of changesets. */
    CONFLICT,
    /** A write surely fails; in millionths of batches. */
    WRITE_UNAVAILABLE,
    /** A read fails; in millionths of reads. */
    READ_UNAVAILABLE,
    /** The storage is down for 5 s to 10 minutes; times a week. */
    STORAGE_DOWN,
    /** A batch takes effect, but the answer is lost; in millionths of batches. */
    UNKNOWN_APPLIED,
    /** A batch takes no effect, and nobody knows; in millionths of batches. */
    UNKNOWN_NOT_APPLIED,
    /** The answer is lost, and the batch takes effect later, if it still can; in millionths of batches. */
    UNKNOWN_LATER,
    /** Only the first changesets of a batch take effect, and nobody knows; in millionths of batches. */
    BATCH_CUT,
    /** A hint that a record changed is lost; in millionths of hints. */
    HINT_LOST,
    /** A write takes 1 s to 30 s; in millionths of batches. */
    STALL,
    /** A job takes down every worker that it runs on; jobs a run. */
    POISON_JOB
}
