package dev.gpupool.internal.ledger;

import org.jspecify.annotations.Nullable;

/**
 * What a ledger means under limits. Pure functions; instants are epoch milliseconds, lengths milliseconds.
 *
 * <ol>
 *   <li>A window's state is a function of the ledger, the limits and the instant: nothing is reset.
 *   <li>An interval is cut at the windows' boundaries, and every window must hold its own part.
 *   <li>A window that corrections took below zero counts as unused: its safe allowance does not grow.
 *   <li>An interval of more than 100 years never fits.
 * </ol>
 */
public final class QuotaMath {
    /**
     * How far a first fit is searched for: 40 years. Weekdays and leap years, and with them the weeks that a change of
     * the clocks makes longer or shorter, repeat after 28.
     */
    private static final long SEARCH = 14_610 * Millis.DAY;

    private QuotaMath() {}

    /**
     * The state of the window that holds an instant.
     *
     * @param ledger the ledger
     * @param limits the limits
     * @param now the instant
     * @return the state
     */
    public static WindowUse use(Ledger ledger, QuotaLimits limits, long now) {
        long start = limits.windowStart(now);
        long end = limits.windowEnd(now);
        long elapsed = ledger.sessions(start, now);
        long used = Math.addExact(Math.max(0, ledger.used(start, end)), elapsed);
        return new WindowUse(
                start, end, used, ledger.reserved(start, end) - elapsed, limits.allowance(), limits.safe());
    }

    /**
     * Whether [from, to) can be reserved on top of what is there: in every window that it touches, used + reserved +
     * its part is at most the safe allowance less {@code keep}, and the window that holds {@code from} is safe.
     *
     * @param ledger the ledger
     * @param limits the limits
     * @param from the start
     * @param to the end, exclusive; an empty interval asks only for safety
     * @param except the id of a reservation that is not counted, or {@code null}
     * @param keep what must stay free in every window
     * @return whether it fits
     */
    public static boolean fits(
            Ledger ledger, QuotaLimits limits, long from, long to, @Nullable String except, long keep) {
        Room room = Room.of(ledger, limits, except, keep);
        return room.safeAt(from) && to <= last(from, to) && room.until(from, to) >= to;
    }

    /**
     * The latest end up to {@code to} such that [from, end) fits.
     *
     * @param ledger the ledger
     * @param limits the limits
     * @param from the start
     * @param to the latest end that is wanted
     * @param except the id of a reservation that is not counted, or {@code null}
     * @param keep what must stay free in every window
     * @return the end, or {@code from} if nothing fits; never more than 100 years after it
     */
    public static long fitsUntil(
            Ledger ledger, QuotaLimits limits, long from, long to, @Nullable String except, long keep) {
        Room room = Room.of(ledger, limits, except, keep);
        return room.safeAt(from) ? room.until(from, last(from, to)) : from;
    }

    /**
     * The earliest instant at which an interval fits, if nothing else happens and reservations stay as they are.
     *
     * @param ledger the ledger
     * @param limits the limits
     * @param now the first instant that is asked for
     * @param need the length of the interval; at or below zero asks only for safety
     * @param keep what must stay free in every window
     * @return the instant, or {@link Long#MAX_VALUE} if there is none within 40 years of {@code now} and of all that is
     *     booked and reserved
     */
    public static long earliestFit(Ledger ledger, QuotaLimits limits, long now, long need, long keep) {
        Room room = Room.of(ledger, limits, null, keep);
        if (!holdable(room, need)) {
            return Long.MAX_VALUE;
        }
        long length = Math.max(0, need);
        long last = Math.addExact(Math.max(now, ledger.quietFrom()), SEARCH);
        long at = now;
        while (at <= last) {
            long next = room.candidate(at, length);
            if (next == at) {
                return at;
            }
            at = next;
        }
        return Long.MAX_VALUE;
    }

    /**
     * The correction to book so that our side is not below what the provider reports.
     *
     * @param ledger the ledger
     * @param limits the limits
     * @param reported what the provider says was used in the window that holds {@code asOf}
     * @param asOf the instant of the report
     * @return what is missing on our side, or 0
     */
    public static long shortfall(Ledger ledger, QuotaLimits limits, long reported, long asOf) {
        long ours = ledger.usedUntil(limits.windowStart(asOf), asOf);
        return Math.max(0, Math.subtractExact(reported, ours));
    }

    /** Spares the search where empty windows tell: with less room than a whole window, two of them hold the most. */
    private static boolean holdable(Room room, long need) {
        if (room.limits().safe() == 0 || need > Millis.CENTURY) {
            return false;
        }
        long most = room.most();
        return need <= Math.max(0, most) || most >= room.limits().shortestWindow() || need - most <= most;
    }

    private static long last(long from, long to) {
        long last = Math.addExact(from, Millis.CENTURY);
        return Math.min(to, last);
    }
}
