package dev.gpupool.internal.ledger;

import java.util.List;

/**
 * The stored form of a {@link Ledger}. Sparse: only buckets that are not zero.
 *
 * @param use runs of neighbouring buckets, in order of time
 * @param corrections the corrections, in order of time
 * @param holds the open reservations, in the order of their ids
 */
public record LedgerDoc(List<Run> use, List<Correction> corrections, List<HoldDoc> holds) {
    public LedgerDoc {
        use = List.copyOf(use);
        corrections = List.copyOf(corrections);
        holds = List.copyOf(holds);
    }

    /**
     * Neighbouring buckets.
     *
     * @param bucket the first one's number, in quarter hours since 1970-01-01T00:00Z
     * @param millis what was used in each
     */
    public record Run(long bucket, List<Long> millis) {
        public Run {
            millis = List.copyOf(millis);
        }
    }

    /**
     * A reservation.
     *
     * @param id its id
     * @param kind the name of its {@link HoldKind}
     * @param session the session that it runs on
     * @param from its start in epoch milliseconds
     * @param to its end, exclusive
     */
    public record HoldDoc(String id, String kind, String session, long from, long to) {}
}
