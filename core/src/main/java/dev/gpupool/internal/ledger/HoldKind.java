package dev.gpupool.internal.ledger;

/** What a reservation is for. */
public enum HoldKind {
    /** A job's time on an account whose meter counts jobs. */
    JOB,
    /** A session's time on an account whose meter counts sessions. */
    SESSION,
    /** A host's own use of a worker that it selected. */
    SELECTION
}
