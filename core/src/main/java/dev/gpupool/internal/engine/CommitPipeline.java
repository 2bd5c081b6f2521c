package dev.gpupool.internal.engine;

import dev.gpupool.UnstorableException;
import dev.gpupool.spi.storage.Changeset;
import dev.gpupool.spi.storage.RecordKey;
import dev.gpupool.spi.storage.StoredRecord;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes decisions to the storage, one batch in flight. The caller holds the pool's lock.
 *
 * <ol>
 *   <li>Decisions wait, in order, until no batch is in flight; then up to 1,000 go together.
 *   <li>A decision that writes nothing waits behind the writes that it may have relied on.
 *   <li>When the batch comes back, each decision that was applied is done; each that was refused is thrown away with
 *       all that the view had on top of it, and its command is decided again on what storage really holds.
 *   <li>While storage is unavailable the batch is kept and tried again; nothing behind it is lost.
 * </ol>
 */
final class CommitPipeline {
    private static final Logger LOG = LoggerFactory.getLogger(CommitPipeline.class);
    private static final int MAX_TRIES = 100;

    private final Kernel kernel;
    private final Committer committer;
    private final ArrayDeque<Decision> waiting = new ArrayDeque<>();
    private boolean inFlight;
    private long conflicts;

    CommitPipeline(Kernel kernel, Committer committer) {
        this.kernel = kernel;
        this.committer = committer;
    }

    boolean idle() {
        return !inFlight && waiting.isEmpty();
    }

    int waiting() {
        return waiting.size();
    }

    void add(Decision decision) {
        decision.conflictsSeen(conflicts);
        if (!decision.writes() && idle()) {
            decision.committed();
            return;
        }
        waiting.add(decision);
    }

    /** Sends the next batch if none is in flight. */
    void flush() {
        if (inFlight || waiting.isEmpty()) {
            return;
        }
        List<Decision> batch = new ArrayList<>(Math.min(waiting.size(), Changeset.MAX_BATCH));
        List<Changeset> changesets = new ArrayList<>(batch.size());
        Decision next = waiting.peek();
        while (next != null && changesets.size() < Changeset.MAX_BATCH) {
            batch.add(waiting.remove());
            if (next.writes()) {
                changesets.add(next.changeset());
            }
            next = waiting.peek();
        }
        inFlight = true;
        committer.commit(
                changesets,
                outcome -> kernel.post(new Command() {
                    @Override
                    public void decide(Decision unused) {
                        finished(batch, outcome);
                    }
                }));
    }

    private void finished(List<Decision> batch, Committer.Outcome outcome) {
        inFlight = false;
        int at = 0;
        TreeMap<RecordKey, StoredRecord> fresh = outcome.fresh();
        for (Decision decision : batch) {
            if (!decision.writes()) {
                if (decision.conflictsSeen() == conflicts) {
                    decision.committed();
                } else {
                    decision.release();
                    again(decision);
                }
                continue;
            }
            int place = at++;
            switch (outcome.results().get(place)) {
                case APPLIED -> decision.committed();
                case CONFLICT -> {
                    conflicts++;
                    kernel.conflict(decision);
                    decision.conflicted(fresh);
                    again(decision);
                }
                case FULL -> {
                    conflicts++;
                    decision.conflicted(fresh);
                    decision.command().refused(kernel.storageFull());
                }
                case UNSTORABLE -> {
                    conflicts++;
                    decision.conflicted(fresh);
                    decision.command().refused(unstorable(outcome.why().get(place)));
                }
            }
        }
    }

    private UnstorableException unstorable(@Nullable String why) {
        LOG.error("{}: a change is given up, since its record has no stored form: {}", kernel.pool(), why);
        return new UnstorableException("pool " + kernel.pool() + " cannot store this change: " + why);
    }

    private void again(Decision decision) {
        if (decision.tries() >= MAX_TRIES) {
            decision.command().refused(kernel.contended());
        } else {
            kernel.decide(decision.command(), decision.tries() + 1);
        }
    }
}
