package dev.gpupool.internal.select;

/** What a test says of a candidate. */
public enum Fit {
    /** Take it. */
    FITS,
    /** Not this worker. */
    SKIP_WORKER,
    /** Not this worker, nor any other of its account in this query. */
    SKIP_ACCOUNT
}
