package dev.gpupool.planning;

import dev.gpupool.internal.planning.Planner;
import dev.gpupool.spi.internal.Require;

/** Plans coverage. Pure functions: no clock, no I/O, no state; the same request always gives the same plan. */
public final class CoveragePlanner {
    private CoveragePlanner() {}

    /**
     * The best plan that was found: of all, those with the highest minimum of workers online, as far as the target asks
     * for it; of these, those with the least shortfall against the target; then few starts; then evenness. The first two are proven to be the optimum
     * where {@link CoveragePlan#optimal()} says so, and bounded by {@link CoveragePlan#minimumAtMost()} and
     * {@link CoveragePlan#shortfallAtLeast()} otherwise.
     *
     * @param request what is wanted
     * @return the plan; also if its target cannot be met, with {@link CoveragePlan#shortfall()}
     */
    public static CoveragePlan plan(PlanRequest request) {
        return Planner.plan(Require.notNull("request", request));
    }
}
