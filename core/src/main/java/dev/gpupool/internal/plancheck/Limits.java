package dev.gpupool.internal.plancheck;

import dev.gpupool.planning.PlanWorker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What a worker may do, in steps of the grid. Workers with equal limits earn the same at the same prices.
 *
 * @param seated whether it may have sessions at all: where an account allows fewer sessions than it has workers, only
 *     so many may: those that run, then those that are back first, then the first by name
 * @param permanent whether it is online at every step or at none: it has no cap, and its account's budgets let all of its
 *     workers be online always
 * @param longest the most steps of a session
 * @param rest the fewest steps between two sessions
 * @param runningTo the step at which the session that it has already ends at the latest; 0 if there is none
 * @param freeFrom the first step at which a session may be started if that session is ended at once, since it rests then too; 0
 *     if there is none
 * @param mayStart whether a session may be started, by step
 * @param metering its account
 */
record Limits(
        boolean seated,
        boolean permanent,
        int longest,
        int rest,
        int runningTo,
        int freeFrom,
        List<Boolean> mayStart,
        Metering metering) {
    Limits {
        mayStart = List.copyOf(mayStart);
    }

    static Limits of(
            PlanWorker worker, Grid grid, Metering metering, boolean seated, boolean permanent, Set<Instant> kept) {
        Duration usable = worker.usable();
        int longest = Math.min(
                usable == null ? grid.steps() : grid.floor(usable),
                metering.longestSession(grid.steps(), grid.cyclic()));
        Instant until = worker.runningUntil();
        Instant from = grid.request().from();
        boolean ahead = until != null && until.isAfter(from);
        int runningTo = ahead ? grid.floor(Duration.between(from, until)) : 0;
        int rest = grid.ceil(worker.rest());
        int freeFrom = until == null ? 0 : Math.min(rest, grid.steps());
        List<Boolean> mayStart = new ArrayList<>();
        for (int step = 0; step < grid.steps(); step++) {
            mayStart.add(mayStart(worker, grid, step, kept));
        }
        return new Limits(seated, permanent, longest, rest, runningTo, freeFrom, mayStart, metering);
    }

    private static boolean mayStart(PlanWorker worker, Grid grid, int step, Set<Instant> kept) {
        Instant at = grid.request().instant(step);
        Instant notBefore = worker.notBefore();
        boolean inWindow =
                worker.windows().isEmpty() || worker.windows().stream().anyMatch(window -> window.holds(at));
        boolean known = grid.cyclic() || step + grid.handOver() >= grid.firstJudged() || kept.contains(at);
        return inWindow && known && (notBefore == null || !at.isBefore(notBefore));
    }
}
