package dev.gpupool.spi.storage;

/** What a record is about. Kinds are added at the end and never renamed: their names are stored. */
public enum RecordKind {
    /** The limits of one kind of session. */
    POLICY,
    /** Who is metered, with the ledger. */
    ACCOUNT,
    /** A named place that runs jobs. */
    WORKER,
    /** One life of a worker. */
    SESSION,
    /** A job with its attempts. */
    JOB,
    /** A host that shares this storage. */
    HOST,
    /** A token with which workers or operators identify themselves. */
    TOKEN,
    /** That a usage was recorded, so that it is recorded once. */
    USAGE
}
