package dev.gpupool.internal.engine;

import dev.gpupool.internal.ledger.Hold;
import dev.gpupool.internal.ledger.HoldKind;
import dev.gpupool.internal.ledger.Ledger;
import dev.gpupool.internal.ledger.QuotaLimits;
import dev.gpupool.internal.ledger.QuotaMath;
import dev.gpupool.internal.record.Account;
import dev.gpupool.quota.ProviderPolicy;
import org.jspecify.annotations.Nullable;

/**
 * What leases and sessions do to their account's ledger, for both kinds of meter. Pure. Times are epoch milliseconds.
 *
 * <ol>
 *   <li>JOB_TIME: a lease reserves its need, and books its real time when it ends.
 *   <li>SESSION_TIME: the session holds one reservation from its start to its planned end. A lease moves that end; time
 *       moves what has passed from reserved to used and adds nothing.
 * </ol>
 */
final class Metering {
    private Metering() {}

    static boolean bySession(ProviderPolicy policy) {
        return policy.metering() == dev.gpupool.quota.Metering.SESSION_TIME;
    }

    /** The instant now on the clock by which a session is metered. */
    static long now(ProviderPolicy policy, LiveSession session, PoolTime time) {
        return bySession(policy) ? session.wall(time.tick()) : time.wall();
    }

    /** Whether a lease can be held; see {@link #lease}. */
    static boolean fits(Account account, ProviderPolicy policy, String session, long now, long need, long lead) {
        QuotaLimits limits = account.limits(policy);
        Ledger ledger = account.ledger();
        if (!bySession(policy)) {
            return QuotaMath.fits(ledger, limits, now, now + need, null, 0);
        }
        Hold meter = ledger.hold(session);
        return meter != null
                && (now + need + lead <= meter.to()
                        || QuotaMath.fits(ledger, limits, open(meter, limits, now), now + need + lead, session, 0));
    }

    /** Where the part of a hold begins that may still be judged: what lies in a window that is over is what it is. */
    private static long open(Hold hold, QuotaLimits limits, long now) {
        return Math.max(hold.from(), limits.windowStart(now));
    }

    /** Holds what a lease needs. Call only if it {@link #fits}. */
    static Account lease(
            Account account,
            ProviderPolicy policy,
            String session,
            String holdId,
            HoldKind kind,
            long now,
            long need,
            long lead) {
        Ledger ledger = account.ledger();
        if (!bySession(policy)) {
            return account.with(ledger.reserve(new Hold(holdId, kind, session, now, now + need)));
        }
        Hold meter = ledger.hold(session);
        if (meter == null || now + need + lead <= meter.to()) {
            return account;
        }
        return account.with(ledger.extend(session, now + need + lead).accrue(session, now));
    }

    /**
     * Holds again what a lease needs that had ended, and what it ran since then.
     *
     * @param from until when it is booked
     * @return the account, or {@code null} if it does not fit
     */
    static @Nullable Account again(
            Account account, ProviderPolicy policy, String session, String holdId, long from, long now, long need) {
        if (!fits(late(account, policy, from, now), policy, session, now, need, 0)) {
            return null;
        }
        return bySession(policy)
                ? lease(account, policy, session, holdId, HoldKind.JOB, now, need, 0)
                : account.with(account.ledger().reserve(new Hold(holdId, HoldKind.JOB, session, from, now + need)));
    }

    /** Books what a lease really used, and gives back the rest of its hold. */
    static Account settle(Account account, ProviderPolicy policy, String holdId, long usedTo) {
        return bySession(policy) ? account : account.with(account.ledger().settle(holdId, usedTo));
    }

    /** Books use that no hold stands for: what a worker ran after its lease had expired. */
    static Account late(Account account, ProviderPolicy policy, long from, long to) {
        return bySession(policy) ? account : account.with(account.ledger().book(from, to));
    }

    /** Moves the end of a running lease's reservation, or of a session's, as far as safe quota lasts. */
    static @Nullable Account extend(Account account, ProviderPolicy policy, String holdId, long now, long to) {
        Ledger ledger = account.ledger();
        Hold hold = ledger.hold(holdId);
        if (hold == null || to <= hold.to()) {
            return null;
        }
        QuotaLimits limits = account.limits(policy);
        long end = QuotaMath.fitsUntil(ledger, limits, open(hold, limits, now), to, holdId, 0);
        if (end <= hold.to()) {
            return null;
        }
        Ledger accrued = bySession(policy) ? ledger.accrue(holdId, Math.min(now, hold.to())) : ledger;
        return account.with(accrued.extend(holdId, end));
    }

    /** Whether safe quota lasts to the end of a window for a session that goes on until then. */
    static boolean lastsToReset(Account account, ProviderPolicy policy, String session, long now) {
        QuotaLimits limits = account.limits(policy);
        Hold meter = account.ledger().hold(session);
        long end = limits.windowEnd(now);
        return meter != null
                && end != Long.MAX_VALUE
                && QuotaMath.fitsUntil(account.ledger(), limits, open(meter, limits, now), end, session, 0) >= end;
    }

    /** Lets a session's planned end come nearer, since what needed it is over. */
    static Account shorten(Account account, ProviderPolicy policy, String session, long now, long to) {
        Hold meter = account.ledger().hold(session);
        if (!bySession(policy) || meter == null || to >= meter.to()) {
            return account;
        }
        return account.with(
                account.ledger().accrue(session, Math.min(now, meter.to())).extend(session, Math.max(now, to)));
    }

    /**
     * Starts a session's meter.
     *
     * @return the account, whose hold ends at once if there is no safe quota for idling
     */
    static Account begin(Account account, ProviderPolicy policy, String session, long from, long now, long to) {
        if (!bySession(policy)) {
            return account;
        }
        Ledger ledger = account.ledger();
        long end = QuotaMath.fitsUntil(ledger, account.limits(policy), now, to, null, 0);
        long start = Math.min(from, now);
        return account.with(ledger.reserve(new Hold(session, HoldKind.SESSION, session, start, Math.max(now, end))));
    }

    /** Stops a session's meter. */
    static Account end(Account account, ProviderPolicy policy, String session, long at) {
        return account.with(account.ledger().settle(session, at));
    }
}
