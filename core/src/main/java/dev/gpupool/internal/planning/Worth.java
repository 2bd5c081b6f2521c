package dev.gpupool.internal.planning;

/**
 * What coverage is worth, so that the more important aim always outweighs the others: a step under the floor, then a step
 * under the demand, then a start, then evenness, then a step that is occupied for nothing. What a further worker at a step
 * adds falls with the number that is there, so the worth of a plan is a sum over steps, and what one lane adds to the
 * others' is exactly what its sessions earn.
 */
final class Worth {
    private final Model model;
    private final int floor;
    private final int lanes;
    private final long even = 2;
    private final long start;
    private final long demanded;
    private final long floored;
    private final long deeper;

    Worth(Model model, int floor) {
        this.model = model;
        this.floor = floor;
        this.lanes = model.lanes.size();
        this.start = even * model.steps * (lanes + 1L);
        this.demanded = 64 * start;
        this.floored = 2 * demanded * (model.steps + 1L);
        this.deeper = floored / (2L * (lanes + 1));
    }

    int floor() {
        return floor;
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

    /** What a start costs, which is nothing where an earlier plan has it. */
    long start(Lane lane, int step) {
        return lane.keeps(step) ? 0 : start;
    }

    /** What it costs to occupy a step. */
    long occupied() {
        return 1;
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
