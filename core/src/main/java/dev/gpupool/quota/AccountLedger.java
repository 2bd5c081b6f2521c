package dev.gpupool.quota;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What stands in an account's ledger, for people to read. Immutable.
 *
 * @param quota the sums of the present window, at the same moment
 * @param used the quarter hours of UTC in which something was booked: those of the present window, or of the last 14 days
 *     if it has no start; oldest first
 * @param reserved what is spoken for, by its end
 * @param corrections the newest 100 bookings that no job or session made, oldest first; older than the window too
 */
public record AccountLedger(QuotaView quota, List<Used> used, List<Reserved> reserved, List<Correction> corrections) {
    /** Copies the lists. */
    public AccountLedger {
        used = List.copyOf(used);
        reserved = List.copyOf(reserved);
        corrections = List.copyOf(corrections);
    }

    /**
     * What was booked in a quarter of an hour.
     *
     * @param from when the quarter begins
     * @param amount how much; above a quarter of an hour if several sessions ran, negative only through corrections
     */
    public record Used(Instant from, Duration amount) {}

    /**
     * What is spoken for.
     *
     * @param id the lease, session or selection that it is for
     * @param from from when on it is not used yet
     * @param to its end
     */
    public record Reserved(String id, Instant from, Instant to) {}

    /**
     * One booking that no job or session made.
     *
     * @param at as of when
     * @param amount what was added; negative if it was lowered
     * @param source {@code PROVIDER}, {@code OPERATOR} or {@code RESET}; others may be added
     * @param reason in words
     */
    public record Correction(Instant at, Duration amount, String source, String reason) {}
}
