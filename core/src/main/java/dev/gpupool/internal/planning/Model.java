package dev.gpupool.internal.planning;

import java.util.List;

/** A request on its grid. */
final class Model {
    final int steps;
    final boolean cyclic;
    /** The steps of a session that do not count. */
    final int handOver;
    /** The first step that is judged. */
    final int judged;

    final List<Lane> lanes;
    final List<Quota> quotas;

    private final int[] demand;

    Model(int steps, boolean cyclic, int handOver, int judged, List<Lane> lanes, List<Quota> quotas, int[] demand) {
        this.steps = steps;
        this.cyclic = cyclic;
        this.handOver = handOver;
        this.judged = judged;
        this.lanes = lanes;
        this.quotas = quotas;
        this.demand = demand;
    }

    /** Whether it is small enough for a proof by cases to come to its end. */
    boolean small() {
        return steps <= 16 && lanes.size() <= 4;
    }

    int demand(int step) {
        return demand[step];
    }

    int[] demands() {
        return demand.clone();
    }

    /** What is asked for at every judged step: more is not looked for. */
    int lowestDemand() {
        int lowest = Integer.MAX_VALUE;
        for (int t = judged; t < steps; t++) {
            lowest = Math.min(lowest, demand[t]);
        }
        return lowest;
    }

    int judgedSteps() {
        return steps - judged;
    }

    Quota quota(Lane lane) {
        return quotas.get(lane.account);
    }

    /** Whether every step of the cycle looks the same to a lane, so that it matters nowhere where the circle is cut. */
    boolean uniform(Lane lane) {
        return cyclic && quota(lane).spans() == 1 && lane.startsAnywhere();
    }
}
