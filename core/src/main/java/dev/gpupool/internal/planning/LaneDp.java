package dev.gpupool.internal.planning;

import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * The sessions of one lane that earn most, exactly, by dynamic programming over steps and use.
 *
 * <ol>
 *   <li>{@code f(t, u)} is the most that can be earned before step {@code t} by sessions that are over and rested then,
 *       with {@code u} steps used of the quota window that holds {@code t}; {@code g(e, u)} the same with a session that
 *       ends at {@code e}.
 *   <li>{@code f(t, u)} is the larger of {@code f(t - 1, u)} and {@code g(t - rest, u)}; where a window ends, use is
 *       forgotten.
 *   <li>A session from {@code s} to {@code e} moves along a diagonal: {@code u - s} does not change. So {@code g(e, u)} is
 *       the maximum over a sliding stretch of starts on its diagonal, which a queue of falling candidates holds ready:
 *       constant time for each {@code (e, u)}.
 *   <li>A session over the end of a window uses both: its start is chosen with the most earned among all uses that leave
 *       room for its first part.
 * </ol>
 *
 * <p>Holds its tables between calls. Not thread-safe.
 */
final class LaneDp {
    static final long NONE = Long.MIN_VALUE / 4;
    private static final int RUNNING = -1;
    private static final byte IDLE = 0;
    private static final byte ENDED = 1;
    private static final byte ORIGIN = 2;

    private final Model model;
    private final long[] earned;
    private final long[] paid;
    private final long[] startCost;
    private final boolean[] startable;
    private final int[] windowOf;
    private long[] f = {};
    private long[] g = {};
    private byte[] cameFrom = {};
    private int[] startOf = {};
    private int[] useBefore = {};
    private final int[] idleUse;
    private final int[] endUse;
    private final StartQueues queues = new StartQueues();
    private long[] crossing = {};
    private int[] crossingUse = {};

    private Axis axis;
    private Lane lane;
    private int stride;
    private int perStep;
    private int runningUntil;
    private boolean open;
    private long goingOn;
    private long work;

    LaneDp(Model model) {
        this.model = model;
        int n = model.steps;
        earned = new long[n + 1];
        paid = new long[n + 1];
        startCost = new long[n];
        startable = new boolean[n];
        windowOf = new int[n + 1];
        idleUse = new int[n + 1];
        endUse = new int[n + 1];
        crossing = new long[n];
        crossingUse = new int[n];
        lane = model.lanes.get(0);
        axis = new Axis(model.quota(lane), new int[model.quota(lane).spans()], n, 0);
    }

    /** How many table entries were computed so far. */
    long work() {
        return work;
    }

    /**
     * Finds the most that can be earned.
     *
     * @param of whose sessions
     * @param line the horizon
     * @param prices what they earn and cost
     * @return the most; zero at least unless a running session must not end
     */
    long solve(Lane of, Axis line, Prices prices) {
        open = false;
        return solve(of, line, prices, of.runningUntil);
    }

    /**
     * No less than the most that can be earned in a cycle, by two solutions instead of one for each place at which it can be
     * cut: a session over the end may go on at the beginning as far as a session ever goes, whatever it began with, and a
     * rest over the end is left out. What {@link #schedule} would tell need not be possible.
     *
     * @param of whose sessions
     * @param line the horizon from its first step on
     * @param prices what they earn and cost
     * @return at least the most
     */
    long atMost(Lane of, Axis line, Prices prices) {
        open = true;
        long within = solve(of, line, prices, -1);
        return Math.max(within, solve(of, line, prices, Math.min(model.steps, of.cap - 1)));
    }

    private long solve(Lane of, Axis line, Prices prices, int until) {
        lane = of;
        runningUntil = until;
        axis = line;
        perStep = line.metered ? 1 : 0;
        stride = line.metered ? line.largestBudget() + 1 : 1;
        prepare(prices);
        int n = model.steps;
        int origin = until < 0 ? 0 : Math.min(lane.rest, n);
        for (int t = 0; t <= n; t++) {
            if (t > 0) {
                ends(t);
            }
            arrive(t, origin);
        }
        work += (long) n * stride;
        return best();
    }

    private void prepare(Prices prices) {
        int n = model.steps;
        int size = (n + 1) * stride;
        if (f.length < size) {
            f = new long[size];
            g = new long[size];
            cameFrom = new byte[size];
            startOf = new int[size];
            useBefore = new int[size];
        }
        Arrays.fill(f, 0, size, NONE);
        Arrays.fill(g, 0, size, NONE);
        goingOn = prices.running;
        long[] cost = prices.cost;
        long[] start = prices.start;
        for (int p = 0, window = 0; p < n; p++) {
            int step = axis.step(p);
            earned[p + 1] = earned[p] + prices.gain[step];
            paid[p + 1] = paid[p] + (cost == null ? 0 : cost[step]);
            startCost[p] = start == null ? 0 : start[step];
            startable[p] = lane.startsAt(step);
            if (p == axis.ends[window]) {
                window++;
            }
            windowOf[p] = window;
        }
        windowOf[n] = windowOf[n - 1];
        queues.prepare(n, stride, perStep, Math.max(1, lane.cap - model.handOver), lane.cap < n);
    }

    /** Computes g(e, .): the sessions that end at e. */
    private void ends(int e) {
        int window = windowOf[e - 1];
        int begin = axis.begin(window);
        if (e - 1 == begin) {
            queues.clear();
            if (window > 0) {
                openCrossing(begin, window);
            }
        }
        if (model.cyclic && !open && e > model.steps - lane.rest) {
            return;
        }
        int row = e * stride;
        int budget = axis.budgets[window] * perStep;
        int start = e - model.handOver - 1;
        if (start >= begin && startable[start]) {
            offer(start, budget);
        }
        long here = earned[e] - paid[e];
        for (int u = 0; u <= budget; u++) {
            long key = queues.best(u - e * perStep, e - lane.cap);
            if (key > NONE / 2) {
                g[row + u] = here + key;
                startOf[row + u] = queues.start(u - e * perStep);
                useBefore[row + u] = u - (e - startOf[row + u]) * perStep;
            }
        }
        if (window > 0) {
            crossEnd(e, window, begin, here);
        }
        if (e <= runningUntil) {
            running(e, window, begin, here);
        }
    }

    private void offer(int start, int budget) {
        long base = paid[start] - earned[start + model.handOver] - startCost[start];
        int row = start * stride;
        int longestBefore = budget - (model.handOver + 1) * perStep;
        for (int u = 0; u <= longestBefore; u++) {
            if (f[row + u] > NONE / 2) {
                queues.offer(u - start * perStep, start, f[row + u] + base);
            }
        }
    }

    /** For each start before the end of a window the most that is earned with room for the part before the end. */
    private void openCrossing(int boundary, int window) {
        int budget = axis.budgets[window - 1];
        for (int s = Math.max(axis.begin(window - 1), boundary - lane.cap + 1); s < boundary; s++) {
            crossing[s] = NONE;
            int room = perStep == 0 ? 0 : budget - (boundary - s);
            if (!startable[s] || room < 0 || s + model.handOver > model.steps) {
                continue;
            }
            for (int u = 0; u <= room; u++) {
                if (f[s * stride + u] > crossing[s]) {
                    crossing[s] = f[s * stride + u];
                    crossingUse[s] = u;
                }
            }
            if (crossing[s] > NONE / 2) {
                crossing[s] += paid[s] - earned[s + model.handOver] - startCost[s];
            }
        }
    }

    private void crossEnd(int e, int window, int begin, long here) {
        int use = (e - begin) * perStep;
        if (use > axis.budgets[window]) {
            return;
        }
        int cell = e * stride + use;
        int last = Math.min(begin - 1, e - model.handOver - 1);
        for (int s = Math.max(axis.begin(window - 1), e - lane.cap); s <= last; s++) {
            if (crossing[s] > NONE / 2 && here + crossing[s] > g[cell]) {
                g[cell] = here + crossing[s];
                startOf[cell] = s;
                useBefore[cell] = crossingUse[s];
            }
        }
    }

    private void running(int e, int window, int begin, long here) {
        boolean fits = true;
        for (int before = 0; before < window; before++) {
            fits &= (axis.ends[before] - axis.begin(before)) * perStep <= axis.budgets[before];
        }
        int use = (e - begin) * perStep;
        if (!fits || use > axis.budgets[window]) {
            return;
        }
        int cell = e * stride + use;
        if (here + goingOn > g[cell]) {
            g[cell] = here + goingOn;
            startOf[cell] = RUNNING;
            useBefore[cell] = 0;
        }
    }

    /** Computes f(t, .). */
    private void arrive(int t, int origin) {
        int row = t * stride;
        if (t == origin) {
            f[row] = 0;
            cameFrom[row] = ORIGIN;
        }
        if (t == 0) {
            return;
        }
        if (windowOf[t] == windowOf[t - 1]) {
            for (int u = 0; u < stride; u++) {
                if (f[row - stride + u] > f[row + u]) {
                    f[row + u] = f[row - stride + u];
                    cameFrom[row + u] = IDLE;
                }
            }
        } else {
            idleUse[t] = most(f, row - stride);
            if (f[row - stride + idleUse[t]] > f[row]) {
                f[row] = f[row - stride + idleUse[t]];
                cameFrom[row] = IDLE;
            }
        }
        int e = t - lane.rest;
        if (e <= 0) {
            return;
        }
        int from = e * stride;
        if (windowOf[e - 1] == windowOf[t]) {
            for (int u = 0; u < stride; u++) {
                if (g[from + u] > f[row + u]) {
                    f[row + u] = g[from + u];
                    cameFrom[row + u] = ENDED;
                }
            }
        } else {
            endUse[t] = most(g, from);
            if (g[from + endUse[t]] > f[row]) {
                f[row] = g[from + endUse[t]];
                cameFrom[row] = ENDED;
            }
        }
    }

    private int most(long[] table, int row) {
        int best = 0;
        for (int u = 1; u < stride; u++) {
            if (table[row + u] > table[row + best]) {
                best = u;
            }
        }
        return best;
    }

    private long best() {
        int n = model.steps;
        long best = f[n * stride + most(f, n * stride)];
        for (int e = Math.max(1, n - lane.rest + 1); e <= n; e++) {
            best = Math.max(best, g[e * stride + most(g, e * stride)]);
        }
        return best;
    }

    /**
     * The sessions of the last solution.
     *
     * @return by start
     */
    Schedule schedule() {
        int n = model.steps;
        ArrayDeque<int[]> sessions = new ArrayDeque<>();
        int t = n;
        int u = most(f, n * stride);
        long best = best();
        if (f[n * stride + u] < best) {
            for (int e = Math.max(1, n - lane.rest + 1); e <= n; e++) {
                int use = most(g, e * stride);
                if (g[e * stride + use] == best) {
                    int start = startOf[e * stride + use];
                    sessions.addFirst(new int[] {start, e});
                    u = useBefore[e * stride + use];
                    t = start;
                    break;
                }
            }
        }
        while (t >= 0 && cameFrom[t * stride + u] != ORIGIN) {
            if (cameFrom[t * stride + u] == IDLE) {
                u = windowOf[t] == windowOf[t - 1] ? u : idleUse[t];
                t--;
            } else {
                int e = t - lane.rest;
                u = windowOf[e - 1] == windowOf[t] ? u : endUse[t];
                int cell = e * stride + u;
                sessions.addFirst(new int[] {startOf[cell], e});
                u = useBefore[cell];
                t = startOf[cell];
            }
        }
        return onCircle(sessions);
    }

    /** Brings positions back to steps. */
    private Schedule onCircle(ArrayDeque<int[]> positions) {
        boolean running = !positions.isEmpty() && positions.getFirst()[0] == RUNNING;
        int[][] sorted = positions.stream()
                .map(session -> {
                    int start = axis.step(Math.max(0, session[0]));
                    return new int[] {start, start + session[1] - Math.max(0, session[0])};
                })
                .sorted((a, b) -> Integer.compare(a[0], b[0]))
                .toArray(int[][]::new);
        return new Schedule(
                Arrays.stream(sorted).mapToInt(session -> session[0]).toArray(),
                Arrays.stream(sorted).mapToInt(session -> session[1]).toArray(),
                running);
    }
}
