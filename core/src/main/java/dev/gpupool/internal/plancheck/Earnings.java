package dev.gpupool.internal.plancheck;

/**
 * The most that any series of a worker's sessions earns at given prices: the {@code V} of
 * {@link dev.gpupool.planning.Certificate.Leaf}.
 *
 * <p>In a cyclic plan a series has no beginning. What is true at the horizon's first step is therefore taken case by case:
 * the worker is free there; or it rests there, and is free again at some step {@code r}; or a session goes over the end of
 * the cycle to some step {@code e}, and the worker is free again after its rest. In each case one sweep from that step on
 * finds the best way back to the same case. A session and its rest bound the number of cases.
 */
final class Earnings {
    /** More numbers than this take too long, and budgets are ignored; what is earned then is no less. */
    private static final long MOST_WORK = 10_000_000_000L;

    private static final long MOST_KEPT = 50_000_000L;

    private final Limits limits;
    private final Prices prices;
    private final boolean cyclic;
    private final boolean metered;

    private Earnings(Limits limits, Prices prices, boolean cyclic, boolean metered) {
        this.limits = limits;
        this.prices = prices;
        this.cyclic = cyclic;
        this.metered = metered;
    }

    /** Exactly; where that takes too long, as {@link #atMost}. */
    static long of(Limits limits, Prices prices, boolean cyclic) {
        long size = Sweep.size(limits, prices.steps());
        long cases = cyclic ? (long) limits.longest() + limits.rest() : 1;
        boolean metered = size <= MOST_KEPT
                && size * cases <= MOST_WORK
                && !limits.metering().carriesAlways(1);
        return new Earnings(limits, prices, cyclic, metered).most();
    }

    /** No less than the most, and found sooner, since what the account has left is ignored. */
    static long atMost(Limits limits, Prices prices, boolean cyclic) {
        return new Earnings(limits, prices, cyclic, false).most();
    }

    private long most() {
        if (!limits.seated()) {
            return 0;
        }
        if (limits.permanent()) {
            return Math.max(0, prices.earned(0, 0, prices.steps()));
        }
        Sweep sweep = new Sweep(limits, prices, metered);
        return cyclic ? inCycle(sweep) : Math.max(0, sweep.run(0, 0));
    }

    private long inCycle(Sweep sweep) {
        int steps = prices.steps();
        sweep.run(0, 0);
        long best = Math.max(0, sweep.free(steps, steps));
        for (int freeAt = 1; freeAt <= Math.min(steps - 1, limits.rest()); freeAt++) {
            int lastEnd = steps + freeAt - limits.rest();
            if (lastEnd > freeAt) {
                sweep.run(freeAt, 0);
                best = Math.max(best, sweep.ended(lastEnd));
            }
        }
        for (int over = 1; over < limits.longest() && over <= sweep.most(0); over++) {
            best = Math.max(best, overTheEnd(sweep, over));
        }
        return best;
    }

    /** With a session that goes so many steps over the end of the cycle. */
    private long overTheEnd(Sweep sweep, int over) {
        int steps = prices.steps();
        int freeAt = over + limits.rest();
        if (freeAt >= steps) {
            return 0;
        }
        sweep.run(freeAt, sweep.carried(0, freeAt, over));
        long best = 0;
        for (int start = Math.max(freeAt, steps + over - limits.longest()); start < steps; start++) {
            int end = steps + over;
            long before = sweep.free(start, sweep.most(start) - (steps - start));
            if (limits.mayStart().get(start) && end - start > prices.handOver() && before != Sweep.NEVER) {
                best = Math.max(best, before + prices.earned(start, start + prices.handOver(), end));
            }
        }
        return best;
    }
}
