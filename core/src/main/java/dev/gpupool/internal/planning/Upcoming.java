package dev.gpupool.internal.planning;

import dev.gpupool.planning.CoveragePlan;
import dev.gpupool.planning.PlanOptions;
import dev.gpupool.planning.PlannedSession;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** What is to be told of a plan, in the order of time. Not thread-safe. */
public final class Upcoming {
    private static final Comparator<Due> ORDER = Comparator.comparing(Due::at)
            .thenComparing(Due::kind)
            .thenComparing(due -> due.session().worker());

    private final PriorityQueue<Due> queue = new PriorityQueue<>(ORDER);

    /** What is told. */
    public enum Kind {
        /** It is to be started. */
        START,
        /** It ends soon. */
        END_SOON,
        /** It ends. */
        END,
        /** It should have ended. */
        OVERRUN
    }

    /**
     * Something to be told.
     *
     * @param at when
     * @param kind what
     * @param session of which session
     */
    public record Due(Instant at, Kind kind, PlannedSession session) {}

    public Upcoming(CoveragePlan plan, PlanOptions options, Instant now) {
        for (PlannedSession session : plan.sessions()) {
            if (!session.running() && !session.start().isBefore(now)) {
                queue.add(new Due(session.start(), Kind.START, session));
            }
            Instant end = session.end();
            if (end.equals(plan.request().from().plus(plan.request().length()))) {
                continue; // it goes on beyond what is planned
            }
            add(end.minus(options.endNotice()), Kind.END_SOON, session, now);
            add(end, Kind.END, session, now);
            add(end.plus(options.missedAfter()), Kind.OVERRUN, session, now);
        }
    }

    private void add(Instant at, Kind kind, PlannedSession session, Instant now) {
        if (at.isAfter(now)) {
            queue.add(new Due(at, kind, session));
        }
    }

    /** When something is to be told next, or the limit if that comes first. */
    public Instant next(Instant limit) {
        Due first = queue.peek();
        return first == null || first.at().isAfter(limit) ? limit : first.at();
    }

    /** Takes what is due. */
    public List<Due> due(Instant now) {
        List<Due> due = new ArrayList<>();
        while (!queue.isEmpty() && !queue.element().at().isAfter(now)) {
            due.add(queue.remove());
        }
        return due;
    }
}
