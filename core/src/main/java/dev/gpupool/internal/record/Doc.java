package dev.gpupool.internal.record;

import dev.gpupool.spi.storage.RecordKey;

/** A document of the pool: an immutable record that knows where it is stored and in which order it is scanned. */
public sealed interface Doc permits PolicyDoc, Account, Worker, Session, Job, Host, UsageDoc, TokenDoc {
    RecordKey key();

    /** The owner, or empty for the pool. */
    String tenant();

    /** First column of the scan order; begins with {@code Z} once the record is finished. */
    String storedState();

    /** Second column of the scan order. */
    String sortKey();
}
