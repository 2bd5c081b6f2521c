package dev.gpupool.internal.ledger;

import org.jspecify.annotations.Nullable;

/**
 * What a ledger leaves free in each window. Immutable.
 *
 * @param ledger the ledger
 * @param limits the limits in force
 * @param except a reservation that is not counted, or {@code null}
 * @param keep what is kept free in every window
 */
record Room(Ledger ledger, QuotaLimits limits, @Nullable Hold except, long keep) {
    static Room of(Ledger ledger, QuotaLimits limits, @Nullable String except, long keep) {
        return new Room(ledger, limits, except == null ? null : ledger.hold(except), keep);
    }

    /** What an empty window can hold. */
    long most() {
        return Math.subtractExact(limits.safe(), keep);
    }

    /** The latest e in [from, to] such that every window holds its part of [from, e). */
    long until(long from, long to) {
        long quiet = ledger.quietFrom();
        long begin = from;
        while (begin < to) {
            Window window = window(begin);
            if (window.start >= quiet && most() >= limits.longestWindow()) {
                return to;
            }
            long end = Math.min(to, window.end);
            if (window.free < Math.subtractExact(end, begin)) {
                return begin + Math.max(0, window.free);
            }
            begin = end;
        }
        return Math.max(from, to);
    }

    /**
     * The next instant after {@code at} at which [at, at + need) could fit, as far as the first window says in which it
     * does not: its part of that window only shrinks to what is free when it begins that long before the window's end.
     *
     * @return {@code at} itself if it fits there, or {@link Long#MAX_VALUE} if that window never ends
     */
    long candidate(long at, long need) {
        Window first = window(at);
        if (!first.safe) {
            return first.end;
        }
        long end = Math.addExact(at, need);
        long failed = until(at, end);
        if (failed >= end) {
            return at;
        }
        Window window = window(failed);
        return window.end == Long.MAX_VALUE ? Long.MAX_VALUE : window.end - Math.max(0, window.free);
    }

    boolean safeAt(long at) {
        return window(at).safe;
    }

    private Window window(long at) {
        long start = limits.windowStart(at);
        long end = limits.windowEnd(at);
        long held = ledger.reserved(start, end) - (except == null ? 0 : except.overlap(start, end));
        long taken = Math.addExact(Math.max(0, ledger.used(start, end)), held);
        return new Window(start, end, Math.subtractExact(most(), taken), taken < limits.safe());
    }

    private record Window(long start, long end, long free, boolean safe) {}
}
