package dev.gpupool.planning;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * When which worker's session starts and ends, how many are online at every moment, and why it cannot be better.
 * Immutable.
 *
 * @param request what was asked
 * @param sessions by start, then worker
 * @param coverage how many workers count at each step of the horizon
 * @param minimum the fewest that count at a judged step
 * @param minimumAtMost what no plan can exceed as the fewest
 * @param shortfallSteps by how many worker-steps the judged steps fall short of the target (of the whole fleet, if there
 *     is none)
 * @param shortfallAtLeast what no plan with this minimum can fall below; equals {@code shortfallSteps} if that is the
 *     optimum
 * @param accounts what it takes from each account, by name
 * @param shortfall by how much the target is missed, or {@code null} if it is met or none was set
 * @param certificate the proofs of both bounds
 */
public record CoveragePlan(
        PlanRequest request,
        List<PlannedSession> sessions,
        List<Integer> coverage,
        int minimum,
        int minimumAtMost,
        long shortfallSteps,
        long shortfallAtLeast,
        List<AccountHours> accounts,
        @Nullable Shortfall shortfall,
        Certificate certificate) {
    /** Copies the lists. */
    public CoveragePlan {
        sessions = List.copyOf(sessions);
        coverage = List.copyOf(coverage);
        accounts = List.copyOf(accounts);
    }

    /**
     * Whether both bounds are reached. A minimum above what the target asks for at every step is not looked for.
     *
     * @return whether no plan has a higher minimum, as far as the target asks for it, or the same and a lower shortfall
     */
    public boolean optimal() {
        return minimum >= Math.min(minimumAtMost, lowestDemand()) && shortfallSteps == shortfallAtLeast;
    }

    private int lowestDemand() {
        int lowest = Integer.MAX_VALUE;
        for (int step = request.firstJudged(); step < request.steps(); step++) {
            lowest = Math.min(lowest, request.demand(step));
        }
        return lowest;
    }

    /**
     * By how much the target is missed.
     *
     * @return empty if it is met or none was set
     */
    public Optional<Shortfall> missing() {
        return Optional.ofNullable(shortfall);
    }

    /**
     * This plan, if it meets its target.
     *
     * @return this
     * @throws UnreachableTargetException if the target is missed, with the figures
     */
    public CoveragePlan orThrow() {
        if (shortfall != null) {
            throw new UnreachableTargetException(shortfall);
        }
        return this;
    }

    /**
     * The most workers that count at a judged step.
     *
     * @return how many
     */
    public int maximum() {
        return judged().stream().mapToInt(Integer::intValue).max().orElse(0);
    }

    /**
     * How many workers count on average over the judged steps.
     *
     * @return the mean
     */
    public double mean() {
        return judged().stream().mapToInt(Integer::intValue).average().orElse(0);
    }

    /**
     * How many sessions somebody has to start.
     *
     * @return the number of sessions that do not run already
     */
    public int starts() {
        return (int) sessions.stream().filter(session -> !session.running()).count();
    }

    /**
     * What changes from another plan to this.
     *
     * @param previous the other plan
     * @return the changes
     */
    public PlanDiff since(CoveragePlan previous) {
        return PlanDiff.between(previous, this);
    }

    /** How much coverage there is in all judged steps together, in worker-hours. */
    Duration covered() {
        return request.step()
                .multipliedBy(judged().stream().mapToInt(Integer::intValue).sum());
    }

    private List<Integer> judged() {
        return coverage.subList(Math.min(request.firstJudged(), coverage.size()), coverage.size());
    }
}
