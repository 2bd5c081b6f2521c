package dev.gpupool.planning;

import dev.gpupool.internal.plancheck.PlanCheck;
import dev.gpupool.spi.internal.Require;
import java.util.List;

/**
 * Checks a plan without trusting the planner, with which it shares no code but the request's records: that its sessions
 * are allowed, that its figures are true, and that its certificate proves the bounds that it states. A pure function.
 *
 * <ol>
 *   <li>Each session lies on the grid, is long enough to count and no longer than its worker allows, starts where that may
 *       start, and rests; each account stays within what is left in each quota span, and within its sessions at a time.
 *   <li>Coverage, minimum, shortfall and the accounts' hours are counted from the sessions and must be the stated ones.
 *       The words of a {@link Shortfall} are not judged.
 *   <li>Each claim's proof is gone through case by case. What a worker can earn at a leaf's prices is found by dynamic
 *       programming in whole numbers; nothing is rounded. {@code minimumAtMost} and {@code shortfallAtLeast} must follow from
 *       proven claims.
 * </ol>
 *
 * <p>A week of quarter-hours for 14 workers takes well under a second a leaf. Where a worker's states are too many to go
 * through (a week of minutes that repeats), its account's limits are left out of what it can earn: a wrong plan is still never
 * accepted, but a proof that needs them is not either.
 */
public final class PlanChecker {
    private PlanChecker() {}

    /**
     * Checks a plan.
     *
     * @param plan the plan; however wrong it is, nothing is thrown but for {@code null}
     * @return what is wrong, a sentence an entry; empty if nothing is
     */
    public static List<String> check(CoveragePlan plan) {
        return PlanCheck.check(Require.notNull("plan", plan));
    }
}
