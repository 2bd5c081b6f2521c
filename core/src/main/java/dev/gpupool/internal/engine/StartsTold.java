package dev.gpupool.internal.engine;

import dev.gpupool.planning.PlannedSession;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What people were asked to start, and what came of it.
 *
 * <ol>
 *   <li>A start that was told is awaited for a while from then on, whatever is planned meanwhile: a new plan takes it as done.
 *   <li>If the worker does not come, it is left out for as long again, which doubles with each further miss.
 *   <li>When it comes, all that is forgotten.
 * </ol>
 *
 * <p>Not thread-safe.
 */
final class StartsTold {
    private static final int MOST_DOUBLINGS = 5;

    /**
     * A start that was told.
     *
     * @param session of which session
     * @param until when it is missed
     */
    private record Awaited(PlannedSession session, Instant until) {}

    private final Duration missedAfter;
    private final Map<String, Awaited> awaited = new TreeMap<>();
    private final Map<String, Instant> away = new TreeMap<>();
    private final Map<String, Integer> misses = new TreeMap<>();

    StartsTold(Duration missedAfter) {
        this.missedAfter = missedAfter;
    }

    /** Takes down that a start is told now, and returns false if one of the worker is awaited already. */
    boolean tell(PlannedSession session, Instant now) {
        return awaited.putIfAbsent(session.worker(), new Awaited(session, now.plus(missedAfter))) == null;
    }

    /** The worker came. Returns whether it was left out. */
    boolean came(String worker) {
        awaited.remove(worker);
        misses.remove(worker);
        return away.remove(worker) != null;
    }

    /** When the next of those that are awaited is missed, or {@code null} if nobody is. */
    @Nullable Instant next() {
        return awaited.values().stream()
                .map(Awaited::until)
                .min(Instant::compareTo)
                .orElse(null);
    }

    /** Takes those whose time is over, by name. Each is awaited no longer, and has come or is {@link #missed}. */
    List<PlannedSession> over(Instant now) {
        List<PlannedSession> over = new ArrayList<>();
        awaited.values().removeIf(one -> {
            boolean late = !one.until().isAfter(now);
            if (late) {
                over.add(one.session());
            }
            return late;
        });
        return over;
    }

    /** The worker did not come: nothing is expected of it for a while. */
    void missed(String worker, Instant now) {
        int count = misses.merge(worker, 1, Integer::sum);
        away.put(worker, now.plus(missedAfter.multipliedBy(1L << Math.min(MOST_DOUBLINGS, count - 1))));
    }

    /** Of whom nothing is expected before when. */
    Map<String, Instant> away(Instant now) {
        away.values().removeIf(until -> !until.isAfter(now));
        return new TreeMap<>(away);
    }

    /** Until when the sessions go on by the plan whose starts are awaited, by worker. */
    Map<String, Instant> begun() {
        TreeMap<String, Instant> begun = new TreeMap<>();
        awaited.forEach((worker, one) -> begun.put(worker, one.session().end()));
        return begun;
    }
}
