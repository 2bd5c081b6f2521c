package dev.gpupool.internal.planning;

import org.jspecify.annotations.Nullable;

/**
 * What coverage is worth, so that the more important aim outweighs the others: a step under the floor, then a step
 * under the demand, then a start (up to 64 of them), then evenness, then a step that is occupied for nothing. What a further worker at a step
 * adds falls with the number that is there, so the worth of a plan is a sum over steps, and what one lane adds to the
 * others' is exactly what its sessions earn.
 */
final class Worth {
    private final Model model;
    private final int floor;
    private final int lanes;
    private final @Nullable Roster earlier;
    private final long even = 2;
    private final long same;
    private final long start;
    private final long demanded;
    private final long floored;
    private final long deeper;
    private final long kept;

    /**
     * Weighs.
     *
     * @param earlier an earlier plan, from which each start and each step that changes costs something, or {@code null}
     */
    Worth(Model model, int floor, @Nullable Roster earlier) {
        this(model, floor, earlier, false);
    }

    private Worth(Model model, int floor, @Nullable Roster earlier, boolean frozen) {
        this.earlier = earlier;
        this.model = model;
        this.floor = floor;
        this.lanes = model.lanes.size();
        this.same = even * (lanes + 1L);
        this.start = 2 * same * (model.steps + 1L);
        this.demanded = 64 * start;
        this.floored = 2 * demanded * (model.steps + 1L);
        this.kept = frozen ? 4 * floored : 0;
        this.deeper = floored / (2L * (lanes + 1));
    }

    /** What one more worker at a step is worth where some are there. */
    long next(int step, int there) {
        if (step < model.judged) {
            return 0;
        }
        int demand = model.demand(step);
        long worth = 0;
        if (there < floor) {
            worth += floored + deeper * (floor - there);
        }
        if (there < demand) {
            worth += demanded;
        }
        return there < Math.max(floor, demand) ? worth + even * (lanes - there) : worth;
    }

    /** The same, but nothing of the earlier plan is given up for anything. */
    Worth frozen() {
        return new Worth(model, floor, earlier, true);
    }

    /** What a start costs. An earlier plan's is worth as much as another one costs. */
    long start(Lane lane, int step) {
        if (lane.keeps(step)) {
            return -Math.max(kept, start);
        }
        return start;
    }

    /** What a session that runs is worth: ending it for another that has to be started is a start for nothing. */
    long running() {
        return start;
    }

    /** What it costs a lane to occupy a step. What it occupied in an earlier plan is worth as much as another costs. */
    long occupied(int lane, int step) {
        if (earlier == null) {
            return 1;
        }
        return earlier.occupies(lane, step) ? -Math.max(kept, same) : same;
    }

    /** What all that is covered is worth. */
    long covered(int[] coverage) {
        long sum = 0;
        for (int t = model.judged; t < coverage.length; t++) {
            long there = coverage[t];
            int demand = model.demand(t);
            long below = Math.min(there, floor);
            long useful = Math.min(there, Math.max(floor, demand));
            sum += below * floored + deeper * (below * floor - below * (below - 1) / 2);
            sum += Math.min(there, demand) * demanded;
            sum += even * (useful * lanes - useful * (useful - 1) / 2);
        }
        return sum;
    }
}
