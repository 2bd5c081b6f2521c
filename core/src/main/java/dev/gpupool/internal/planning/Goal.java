package dev.gpupool.internal.planning;

/** What is to be proven: no plan whose coverage is at least a floor falls short of a demand by less. */
final class Goal {
    /** The demand by step. */
    final int[] demand;
    /** How many workers are online at least. */
    final int floor;
    /** The shortfall, in worker-steps; at least 1. */
    final long wanted;

    Goal(int[] demand, int floor, long wanted) {
        this.demand = demand;
        this.floor = floor;
        this.wanted = wanted;
    }

    /** What a bound must exceed to prove it, in {@link Dual#UNIT}s: shortfalls are whole. */
    long needed() {
        return Dual.UNIT * (wanted - 1);
    }
}
