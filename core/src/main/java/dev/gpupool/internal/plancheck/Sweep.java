package dev.gpupool.internal.plancheck;

import java.util.Arrays;

/**
 * The most that a worker earns from a step on, by dynamic programming over the steps.
 *
 * <ol>
 *   <li>A state is a step, what of the present quota span's budget is used, and whether the worker is free there (no session,
 *       no rest that is not over) or has just ended a session, whose use counts to the span of its last step.
 *   <li>A session from {@code s} to {@code e} earns {@code worth(s + handOver, e) - cost(s, e)}, which is a sum of something
 *       of {@code s} and something of {@code e}. Within a span, what is used grows with the steps, so the best session
 *       that ends in a state is the largest of the last few values along the diagonal (steps - used) of the free states.
 *   <li>A session that began in the span before uses of the present one what it has of it, and of the one before what must
 *       have been left there.
 *   <li>A worker is free where it was free a step before, or where the rest after a session ends. Use is forgotten
 *       where a span ends.
 * </ol>
 *
 * <p>Where no budget binds, or is to be ignored, there is one span and nothing used. Only as many steps are kept as a session
 * and its rest reach back.
 */
final class Sweep {
    /** Lower than anything that can be earned; sums with it stay below {@link #HARDLY}. */
    static final long NEVER = Long.MIN_VALUE / 2;

    private static final long HARDLY = Long.MIN_VALUE / 4;

    private final Limits limits;
    private final Prices prices;
    private final boolean metered;
    private final int[] begin;
    private final int[] most;
    private final int width;
    private final long[][] free;
    private final long[][] ended;
    private final SlidingMaximum[] diagonals;
    private final long[] crossing;
    private int from;

    Sweep(Limits limits, Prices prices, boolean metered) {
        this.limits = limits;
        this.prices = prices;
        this.metered = metered;
        int steps = prices.steps();
        begin = new int[steps + 1];
        most = new int[steps + 1];
        if (metered) {
            readSpans(limits.metering(), steps);
        }
        width = Arrays.stream(most).max().orElse(0) + 1;
        int kept = Math.max(Math.max(limits.longest(), limits.rest()), prices.handOver() + 1) + 2;
        free = new long[kept][width];
        ended = new long[kept][width];
        crossing = new long[steps + 1];
        diagonals = new SlidingMaximum[width];
        Arrays.setAll(diagonals, slot -> new SlidingMaximum(kept));
    }

    /** How many numbers are held for a worker, and how many are computed for each place at which a cycle is cut. */
    static long size(Limits limits, int steps) {
        long width = 1;
        for (int span = 0; span < limits.metering().spans(); span++) {
            width = Math.max(width, limits.metering().budgets().get(span) + 1);
        }
        return Math.min(width, steps + 1L) * steps;
    }

    private void readSpans(Metering metering, int steps) {
        for (int span = 0; span < metering.spans(); span++) {
            int first = metering.begin(span);
            int budget =
                    (int) Math.min(metering.length(span), metering.budgets().get(span));
            Arrays.fill(begin, first, metering.ends().get(span), first);
            Arrays.fill(most, first, metering.ends().get(span), budget);
        }
        begin[steps] = steps;
    }

    /**
     * Goes from a step to the end of the horizon. At first the worker is free, and {@code used} steps of the step's span are
     * gone. A session that runs already takes part if the sweep is from the first step on; if it is ended at once, the
     * worker is free when it has rested.
     *
     * @return the most that was earned when a session ended, or {@link #NEVER}
     */
    long run(int first, int used) {
        from = first;
        for (SlidingMaximum diagonal : diagonals) {
            diagonal.clear();
        }
        long best = NEVER;
        for (int step = first; step <= prices.steps(); step++) {
            endSessions(step);
            for (long value : row(ended, step)) {
                best = Math.max(best, value);
            }
            beFree(step, used);
        }
        return best > HARDLY ? best : NEVER;
    }

    /** The most that was earned when the worker is free at a step with at most so much used of its span. */
    long free(int step, long atMost) {
        return largest(row(free, step), step, atMost);
    }

    /** The most that was earned when a session ends at a step. */
    long ended(int step) {
        return step > from ? largest(row(ended, step), step - 1, width) : NEVER;
    }

    /** What is left of the budget of the span of a step. */
    int most(int step) {
        return metered ? most[step] : prices.steps();
    }

    /** What a free worker has used of the span of {@code step}, if it used so much of the span of an earlier step. */
    int carried(int earlier, int step, int used) {
        return metered && begin[earlier] == begin[step] ? used : 0;
    }

    private long largest(long[] row, int step, long atMost) {
        long best = NEVER;
        int last = metered ? (int) Math.min(atMost, most[step]) : 0;
        for (int used = 0; used <= last; used++) {
            best = Math.max(best, row[used]);
        }
        return best > HARDLY ? best : NEVER;
    }

    private void endSessions(int end) {
        long[] row = row(ended, end);
        Arrays.fill(row, NEVER);
        if (end == from) {
            return;
        }
        int start = end - prices.handOver() - 1;
        boolean begins =
                start >= Math.max(from, begin[end - 1]) && limits.mayStart().get(start);
        if (metered && end == begin[end - 1] + 1) {
            for (SlidingMaximum diagonal : diagonals) {
                diagonal.clear();
            }
        }
        int shortest = metered ? prices.handOver() + 1 : 0;
        for (int used = shortest; used <= most[end - 1]; used++) {
            SlidingMaximum diagonal = diagonals[metered ? Math.floorMod(used - end, width) : 0];
            if (metered && used == shortest) {
                diagonal.clear();
            }
            if (begins && row(free, start)[used - shortest] > HARDLY) {
                diagonal.add(start, row(free, start)[used - shortest] + prices.opening(start));
            }
            long best = diagonal.since(end - limits.longest(), NEVER);
            row[used] = best > HARDLY ? best + prices.closing(end) : NEVER;
        }
        endCrossing(end, row);
        endRunning(end, row);
    }

    /** Sessions that began in the span before the one in which they end. */
    private void endCrossing(int end, long[] row) {
        int border = begin[end - 1];
        int used = end - border;
        if (!metered || border <= from || used > most[end - 1] || used >= limits.longest()) {
            return;
        }
        int earliest = Math.max(Math.max(from, begin[border - 1]), border + 1 - limits.longest());
        if (used == 1) {
            for (int start = earliest; start < border; start++) {
                crossing[start] = free(start, most[border - 1] - (border - start));
            }
        }
        for (int start = Math.max(earliest, end - limits.longest());
                start < border && start < end - prices.handOver();
                start++) {
            if (limits.mayStart().get(start) && crossing[start] > HARDLY) {
                row[used] = Math.max(row[used], crossing[start] + prices.opening(start) + prices.closing(end));
            }
        }
    }

    /** The session that runs already may end at any step up to its last, if what it takes of each span is there. */
    private void endRunning(int end, long[] row) {
        if (from > 0 || end > limits.runningTo()) {
            return;
        }
        for (int step = end; metered && step > 0; step = begin[step - 1]) {
            if (step - begin[step - 1] > most[step - 1]) {
                return;
            }
        }
        int used = metered ? end - begin[end - 1] : 0;
        row[used] = Math.max(row[used], prices.earned(0, 0, end));
    }

    private void beFree(int step, int used) {
        long[] row = row(free, step);
        Arrays.fill(row, NEVER);
        if (step > from) {
            carry(row(free, step - 1), step - 1, row, step);
        }
        int end = step - limits.rest();
        if (end > from) {
            carry(row(ended, end), end - 1, row, step);
        }
        if (step == from + limits.freeFrom()) {
            row[used] = Math.max(row[used], 0);
        }
    }

    private void carry(long[] source, int earlier, long[] target, int step) {
        for (int used = 0; used < width; used++) {
            int then = carried(earlier, step, used);
            target[then] = Math.max(target[then], source[used]);
        }
    }

    private static long[] row(long[][] rows, int step) {
        return rows[step % rows.length];
    }
}
