package dev.gpupool.spi.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Keeps a pool's records. Several pools, in several processes, may share one storage.
 *
 * <p>An implementation guarantees that:
 *
 * <ol>
 *   <li><b>Atomic.</b> A changeset takes effect whole or not at all, and only if every operation's condition holds at
 *       that moment ({@link Op.Check} included: it conflicts with a concurrent write like a write would).
 *   <li><b>Durable.</b> What was {@link CommitResult#APPLIED} survives whatever the storage promises to survive.
 *   <li><b>Visible.</b> A {@link #find} or {@link #scan} that begins after APPLIED was returned, on any host, sees the
 *       effect. A scan returns every record that existed, unchanged and matching, while it ran; each page is read at
 *       one moment, different pages may be read at different ones.
 *   <li><b>One order.</b> All scans are by (state, sortKey, id), compared as ASCII bytes.
 *   <li><b>Bodies are kept.</b> A body comes back byte for byte, or as an equal JSON document.
 *   <li><b>Clear failure.</b> {@link StorageUnavailable} is thrown only if the call surely took no effect and will take
 *       none; {@link OutcomeUnknown}, or anything else, if that is not known. Never a result that is not true.
 *   <li><b>Alone.</b> It never joins a transaction of the caller's thread.
 *   <li><b>Thread-safe.</b> All methods may be called by many threads at once. They may block.
 *   <li><b>Closed is closed.</b> After {@link #close()} every method but {@code close} throws
 *       {@link IllegalStateException}.
 * </ol>
 *
 * <p>It needs to guarantee no order between changesets of different callers, no clock, no notification.
 *
 * <p>The pool guarantees that every version that it writes is new for ever, that a changeset names each record once and
 * has at most {@value Changeset#MAX_OPS} operations, that a body has at most {@value RecordBody#MAX_BYTES} bytes, that
 * it has one batch under way at a time, and that it calls no method from a thread that must not block.
 */
public interface PoolStorage extends AutoCloseable {
    /**
     * Reads records by key, at one moment.
     *
     * @param keys at most 1,000 keys
     * @return the records that exist, in no particular order
     * @throws StorageUnavailable if the storage cannot answer now
     * @throws IllegalStateException after {@link #close()}
     */
    List<StoredRecord> find(Set<RecordKey> keys);

    /**
     * Reads records in scan order.
     *
     * @param query which ones
     * @return the first records that match
     * @throws StorageUnavailable if the storage cannot answer now
     * @throws IllegalStateException after {@link #close()}
     */
    Page scan(Query query);

    /**
     * Applies one changeset if all its conditions hold.
     *
     * @param changeset the operations
     * @return what became of it
     * @throws StorageUnavailable if it surely was not applied
     * @throws StorageFull if it surely was not applied because there is no room for the records that it adds
     * @throws OutcomeUnknown if nobody knows
     * @throws IllegalStateException after {@link #close()}
     */
    CommitResult commit(Changeset changeset);

    /**
     * Applies changesets in order, each for itself: a refused one does not keep the others from being applied. A later
     * one may expect a version that an earlier one writes; then it is refused if the earlier one is. A refusal spreads
     * in no other way.
     *
     * <p>The default commits one by one. An adapter over a database makes the batch one transaction.
     *
     * @param batch at most {@value Changeset#MAX_BATCH} changesets
     * @return what became of each, in the same order
     * @throws StorageUnavailable if surely none was applied
     * @throws StorageFull if surely none was applied because there is no room for the records that the batch adds
     * @throws OutcomeUnknown if it is not known of each what became of it
     * @throws IllegalStateException after {@link #close()}
     */
    default List<CommitResult> commitAll(List<Changeset> batch) {
        List<CommitResult> results = new ArrayList<>(batch.size());
        for (Changeset changeset : batch) {
            try {
                results.add(commit(changeset));
            } catch (StorageUnavailable e) {
                if (results.isEmpty()) {
                    throw e;
                }
                throw new OutcomeUnknown("the batch stopped after " + results.size() + " of " + batch.size(), e);
            }
        }
        return results;
    }

    /**
     * Asks for hints that records changed. Hints may be lost, late, repeated or wrong; they only make other hosts see a
     * change sooner than they would by themselves: every refresh interval (5 s unless set) of a storage that gives none,
     * every beat interval (60 s unless set) of one that does, for what was lost. A storage that notices that it may have
     * lost some says so by {@link ChangeListener#missed}.
     *
     * @param listener called by a thread of the storage
     * @return ends the hints when closed; {@link Watch#NONE} if this storage gives none
     */
    default Watch watch(ChangeListener listener) {
        return Watch.NONE;
    }

    /** Ends the use of this storage, after what is under way. Does nothing the second time. */
    @Override
    void close();
}
