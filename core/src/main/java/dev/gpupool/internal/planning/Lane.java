package dev.gpupool.internal.planning;

import java.util.Arrays;

/**
 * A worker on the grid. Steps are counted from the plan's start.
 */
final class Lane {
    final String worker;
    /** The index of its account. */
    final int account;
    /** The longest session in steps. */
    final int cap;
    /** The steps between an end and the next start. */
    final int rest;
    /** The last step before which a session that runs at the plan's start must end, or -1 if none runs. */
    final int runningUntil;
    /** Online without end, started by nobody. */
    final boolean permanent;

    private final boolean[] starts;
    private final boolean[] kept;

    Lane(
            String worker,
            int account,
            int cap,
            int rest,
            int runningUntil,
            boolean permanent,
            boolean[] starts,
            boolean[] kept) {
        this.worker = worker;
        this.account = account;
        this.cap = cap;
        this.rest = rest;
        this.runningUntil = runningUntil;
        this.permanent = permanent;
        this.starts = starts;
        this.kept = kept;
    }

    /** Whether a session may start at a step. */
    boolean startsAt(int step) {
        return starts[step];
    }

    /** Whether an earlier plan starts a session at a step. */
    boolean keeps(int step) {
        return kept[step];
    }

    /** Whether a session may start at any step, so that no step differs from another. */
    boolean startsAnywhere() {
        for (boolean start : starts) {
            if (!start) {
                return false;
            }
        }
        return true;
    }

    /** Whether what one can do the other can do; of accounts nothing is said. */
    boolean like(Lane other) {
        return cap == other.cap
                && rest == other.rest
                && runningUntil == other.runningUntil
                && permanent == other.permanent
                && Arrays.equals(starts, other.starts);
    }

    int likeness() {
        return ((cap * 31 + rest) * 31 + runningUntil) * 31 + Arrays.hashCode(starts);
    }
}
