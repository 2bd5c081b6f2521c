package dev.gpupool.internal.ledger;

import dev.gpupool.spi.internal.Require;

/**
 * One open reservation: [from, to) is spoken for.
 *
 * @param id unique among the open reservations of the account
 * @param kind what it is for
 * @param session the id of the session that it runs on
 * @param from the first millisecond that is reserved and not yet used
 * @param to the end, exclusive, in epoch milliseconds; not before {@code from}, at most 100 years after it
 */
public record Hold(String id, HoldKind kind, String session, long from, long to) {
    public Hold {
        Require.notNull("hold.id", id);
        Require.notNull("hold.kind", kind);
        Require.notNull("hold.session", session);
        if (to < from) {
            throw new IllegalArgumentException("hold.to must not be before hold.from (" + from + "), but was " + to);
        }
        Millis.length("hold", from, to);
    }

    /** How much of it lies in [start, end). */
    long overlap(long start, long end) {
        return Millis.overlap(from, to, start, end);
    }

    Hold between(long newFrom, long newTo) {
        return new Hold(id, kind, session, newFrom, newTo);
    }
}
