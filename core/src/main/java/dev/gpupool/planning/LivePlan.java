package dev.gpupool.planning;

/**
 * A plan that the pool keeps to: it tells when a session is to be started and when one will end, and plans again, with as
 * few changes as it can, when something comes otherwise. Told are, as {@link dev.gpupool.PoolEvent}s, {@code
 * PLAN_START_DUE}, {@code PLAN_START_MISSED}, {@code PLAN_END_SOON}, {@code PLAN_CHANGED}, whose message is the
 * difference, and {@code PLAN_FAILED}, if the plan stays as it is because no other can be made. It is kept in this process only: where several hosts share a storage, let one follow. Safe for use by many
 * threads.
 */
public interface LivePlan extends AutoCloseable {
    /**
     * The plan as it stands.
     *
     * @return the newest
     */
    CoveragePlan current();

    /**
     * Plans again now. Nothing is told if nothing changes. Waits for a plan that is being made.
     *
     * @return what changed
     * @throws IllegalArgumentException if that contradicts what is left of the fleet, such as a target above it; the plan
     *     stays as it is
     */
    PlanDiff replan();

    /** Tells nothing any more. Does nothing the second time; closing the pool does the same. */
    @Override
    void close();
}
