package dev.gpupool.internal.ledger;

import java.io.StringWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * What one account used and has reserved. Immutable, so safe for any thread: a change returns the next ledger, which
 * shares with this one all that it did not touch.
 *
 * <ol>
 *   <li>Time that was used goes into buckets, the quarter hours of UTC, split exactly. Nothing in here knows of windows:
 *       what a window used is the sum of the buckets that begin in it, whatever the window is.
 *   <li>Buckets lie in pages of one UTC day with a cached sum, so a week costs seven additions.
 *   <li>A reservation is an interval that is not in the buckets yet. Accrual moves its elapsed part there, settling
 *       moves what was really used and drops the rest, release drops all.
 *   <li>A correction goes into the bucket of its instant, and is remembered with that instant.
 * </ol>
 *
 * <p>All instants are epoch milliseconds, all lengths milliseconds. Sums that overflow throw
 * {@link ArithmeticException}; an interval of more than 100 years is refused with {@link IllegalArgumentException}.
 */
public final class Ledger {
    /** The ledger of an account that has used and reserved nothing. */
    public static final Ledger EMPTY = new Ledger(Usage.EMPTY, Corrections.EMPTY, Holds.EMPTY);

    private static final JsonFactory TEXT = new JsonFactory();

    private final Usage usage;
    private final Corrections corrections;
    private final Holds holds;

    private Ledger(Usage usage, Corrections corrections, Holds holds) {
        this.usage = usage;
        this.corrections = corrections;
        this.holds = holds;
    }

    /**
     * Books real use.
     *
     * @param from when it began
     * @param to when it ended, exclusive; at or before {@code from} books nothing
     * @return the next ledger
     */
    public Ledger book(long from, long to) {
        return with(usage.book(from, to), holds);
    }

    /**
     * Corrects what was used, in the bucket of an instant.
     *
     * @param at the instant as of which the correction holds
     * @param millis what to add; negative takes away
     * @return the next ledger
     */
    public Ledger correct(long at, long millis) {
        if (millis == 0) {
            return this;
        }
        return new Ledger(usage.add(Millis.bucket(at), List.of(millis)), corrections.add(at, millis), holds);
    }

    /**
     * The sum of the buckets that begin in [from, to).
     *
     * @param from the start, or {@link Long#MIN_VALUE} for none
     * @param to the end, or {@link Long#MAX_VALUE} for none
     * @return the sum; negative only through corrections
     */
    public long used(long from, long to) {
        return usage.sum(Millis.bucketFrom(from), Millis.bucketFrom(to));
    }

    /**
     * What our side believes was metered in [from, at): the whole buckets, of the bucket that holds {@code at} the
     * elapsed proportion, the corrections in it up to and including {@code at}, and the elapsed parts of the open
     * reservations.
     *
     * @param from the start, or {@link Long#MIN_VALUE} for none
     * @param at the end
     * @return the sum
     */
    public long usedUntil(long from, long at) {
        if (at < from) {
            return 0;
        }
        long bucket = Millis.bucket(at);
        long begin = bucket * Millis.BUCKET;
        long whole = used(from, begin);
        long cut = begin < from ? 0 : cut(bucket, at);
        return Math.addExact(Math.addExact(whole, cut), holds.overlap(from, at));
    }

    private long cut(long bucket, long at) {
        long begin = bucket * Millis.BUCKET;
        long corrected = corrections.sum(begin, begin + Millis.BUCKET);
        long spread = Math.subtractExact(usage.sum(bucket, bucket + 1), corrected);
        return Math.addExact(Millis.part(spread, at - begin), corrections.sum(begin, at + 1));
    }

    /**
     * Adds a reservation.
     *
     * @param hold the reservation
     * @return the next ledger
     * @throws IllegalStateException if its id is there
     */
    public Ledger reserve(Hold hold) {
        return with(usage, holds.add(hold));
    }

    /**
     * Moves the end of a reservation, later or earlier.
     *
     * @param id its id
     * @param newTo its new end; before its start empties it
     * @return the next ledger
     * @throws IllegalStateException if there is no such reservation
     */
    public Ledger extend(String id, long newTo) {
        Hold hold = holds.get(id);
        return with(usage, holds.replace(hold.between(hold.from(), Math.max(hold.from(), newTo))));
    }

    /**
     * Moves a whole reservation in time, since the clock that it was measured by was set.
     *
     * @param id its id
     * @param byMillis by how much; negative for into the past
     * @return the next ledger
     * @throws IllegalStateException if there is no such reservation
     */
    public Ledger shift(String id, long byMillis) {
        Hold hold = holds.get(id);
        return with(usage, holds.replace(hold.between(hold.from() + byMillis, hold.to() + byMillis)));
    }

    /**
     * Moves the elapsed part of a reservation to what was used. It then begins at {@code at}; if it had ended before,
     * all up to {@code at} is booked, since it was really used, and the reservation is empty.
     *
     * @param id its id
     * @param at until when; at or before its start changes nothing
     * @return the next ledger
     * @throws IllegalStateException if there is no such reservation
     */
    public Ledger accrue(String id, long at) {
        Hold hold = holds.get(id);
        if (at <= hold.from()) {
            return this;
        }
        return with(usage.book(hold.from(), at), holds.replace(hold.between(at, Math.max(at, hold.to()))));
    }

    /**
     * Ends a reservation and books what was really used of it.
     *
     * @param id its id; an unknown one changes nothing
     * @param usedTo until when it was used, from its start on; at or before its start books nothing
     * @return the next ledger
     */
    public Ledger settle(String id, long usedTo) {
        Hold hold = holds.find(id);
        return hold == null ? this : with(usage.book(hold.from(), usedTo), holds.remove(id));
    }

    /**
     * Ends a reservation and books nothing.
     *
     * @param id its id; an unknown one changes nothing
     * @return the next ledger
     */
    public Ledger release(String id) {
        return with(usage, holds.remove(id));
    }

    /**
     * An open reservation.
     *
     * @param id its id
     * @return the reservation, or {@code null} if there is none
     */
    public @Nullable Hold hold(String id) {
        return holds.find(id);
    }

    /**
     * The open reservations.
     *
     * @return all of them in the order of their ids
     */
    public List<Hold> holds() {
        return holds.list();
    }

    /**
     * The corrections that were not forgotten.
     *
     * @return all of them in order of time, those of one instant added up
     */
    public List<Correction> corrections() {
        return corrections.entries();
    }

    /**
     * How much of the open reservations lies in [from, to).
     *
     * @param from the start
     * @param to the end
     * @return the sum
     */
    public long reserved(long from, long to) {
        return holds.overlap(from, to);
    }

    /**
     * Forgets what was used on, and corrected in, the UTC days that end by an instant.
     *
     * @param before the instant
     * @return the next ledger
     */
    public Ledger prune(long before) {
        Usage kept = usage.prune(before);
        Corrections known = corrections.prune(before);
        return kept == usage && known == corrections ? this : new Ledger(kept, known, holds);
    }

    /** The ledger of stored parts. */
    static Ledger of(Usage usage, Corrections corrections, Holds holds) {
        return new Ledger(usage, corrections, holds);
    }

    Usage usage() {
        return usage;
    }

    /** How much of the SESSION reservations lies in [from, to). */
    long sessions(long from, long to) {
        return holds.overlap(HoldKind.SESSION, from, to);
    }

    /** An instant from which on nothing was used or is reserved. */
    long quietFrom() {
        return Math.max(usage.end(), holds.end());
    }

    private Ledger with(Usage nextUsage, Holds nextHolds) {
        return nextUsage == usage && nextHolds == holds ? this : new Ledger(nextUsage, corrections, nextHolds);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other || (other instanceof Ledger ledger && stored().equals(ledger.stored()));
    }

    @Override
    public int hashCode() {
        return stored().hashCode();
    }

    @Override
    public String toString() {
        return "Ledger" + stored();
    }

    /** The stored form, in which equal ledgers are equal. */
    private String stored() {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = TEXT.createGenerator(ObjectWriteContext.empty(), text)) {
            LedgerJson.write(this, json);
        }
        return text.toString();
    }
}
