package dev.gpupool.internal.plancheck;

import dev.gpupool.planning.PlannedSession;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A session on the grid: it occupies the steps from {@code start} to {@code end} and covers those from {@code covers} on; in
 * a cyclic plan they may go over the end of the cycle.
 */
record Stay(PlannedSession session, int start, int covers, int end) {
    /**
     * A session, or {@code null} if it does not begin in the horizon, ends after it (in a cyclic plan, is longer than that),
     * or does not lie on the grid.
     */
    static @Nullable Stay of(PlannedSession session, Grid grid) {
        Instant from = grid.request().from();
        Instant to = from.plus(grid.request().length());
        Instant last = grid.cyclic() ? to.plus(grid.request().length()) : to;
        if (session.start().isBefore(from)
                || !session.start().isBefore(to)
                || session.end().isAfter(last)
                || !session.end().isAfter(session.start())) {
            return null;
        }
        int start = grid.floor(Duration.between(from, session.start()));
        int covers = start + grid.floor(Duration.between(session.start(), session.coversFrom()));
        int end = start + grid.floor(session.length());
        boolean exact = grid.request().instant(start).equals(session.start())
                && grid.request().instant(covers).equals(session.coversFrom())
                && grid.request().instant(end).equals(session.end());
        return exact ? new Stay(session, start, covers, end) : null;
    }

    int length() {
        return end - start;
    }
}
