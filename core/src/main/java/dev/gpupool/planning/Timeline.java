package dev.gpupool.planning;

import dev.gpupool.spi.internal.Require;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;

/**
 * How many workers a given timeline really has online: one that somebody drew by hand, say, and follows every day. It
 * begins from a standing start, and goes on as every cycle after the first does. Immutable.
 *
 * @param from when the first cycle begins
 * @param step the grid
 * @param first how many count at each step of the first cycle
 * @param steady how many count at each step of every later one
 */
public record Timeline(Instant from, Duration step, List<Integer> first, List<Integer> steady) {
    /**
     * Checks that both lists have the same number of steps, and copies them.
     *
     * @throws IllegalArgumentException if they do not, or there is no step
     */
    public Timeline {
        Require.notNull("timeline.from", from);
        Require.positive("timeline.step", step);
        first = List.copyOf(first);
        steady = List.copyOf(steady);
        if (first.isEmpty() || first.size() != steady.size()) {
            throw new IllegalArgumentException("timeline.first and timeline.steady must have the same number of steps,"
                    + " at least one, but have " + first.size() + " and " + steady.size());
        }
    }

    /**
     * What a series comes to.
     *
     * @param minimum the fewest
     * @param maximum the most
     * @param mean the average
     */
    public record Figures(int minimum, int maximum, double mean) {}

    /**
     * Measures sessions that are repeated each cycle.
     *
     * @param sessions the sessions; they start within the first cycle
     * @param from when the first cycle begins
     * @param cycle how long a cycle is: whole steps, at most {@link PlanRequest#MAX_LENGTH}
     * @param step the grid, at least a minute, on which sessions start, begin to count and end
     * @return how many count when
     * @throws IllegalArgumentException if a session starts outside the first cycle, is longer than a cycle or off the grid,
     *     or a worker would have two at once; names it
     */
    public static Timeline measure(List<PlannedSession> sessions, Instant from, Duration cycle, Duration step) {
        Require.notNull("timeline.from", from);
        Require.positive("timeline.cycle", cycle);
        if (Require.positive("timeline.step", step).compareTo(Duration.ofMinutes(1)) < 0) {
            throw new IllegalArgumentException("timeline.step must be at least a minute, but was " + step);
        }
        if (cycle.compareTo(PlanRequest.MAX_LENGTH) > 0 || cycle.toMillis() % step.toMillis() != 0) {
            throw new IllegalArgumentException("timeline.cycle must be whole steps of " + step + ", at most "
                    + PlanRequest.MAX_LENGTH + ", but was " + cycle);
        }
        int steps = (int) cycle.dividedBy(step);
        int[] first = new int[steps];
        int[] steady = new int[steps];
        TreeMap<String, boolean[]> busy = new TreeMap<>();
        for (PlannedSession session : Require.atMost("timeline.sessions", sessions, 1_000_000)) {
            int start = index(session, session.start(), from, step);
            int covers = index(session, session.coversFrom(), from, step);
            int end = index(session, session.end(), from, step);
            if (start < 0 || start >= steps || end - start > steps) {
                throw new IllegalArgumentException("timeline.sessions must start within the first cycle of " + cycle
                        + " from " + from + " and be no longer, but has " + session);
            }
            occupy(session, busy.computeIfAbsent(session.worker(), name -> new boolean[steps]), start, end);
            for (int at = covers; at < end; at++) {
                steady[at % steps]++;
                if (at < steps) {
                    first[at]++;
                }
            }
        }
        return new Timeline(from, step, list(first), list(steady));
    }

    /**
     * Reads a timeline from a file and measures it. The format is described in {@code docs/planning.md}.
     *
     * @param text JSON text
     * @return how many count when
     * @throws IllegalArgumentException if the text is no timeline; names the path of the field and the value
     */
    public static Timeline read(String text) {
        return TimelineFile.read(Fields.parse("timeline", Require.notNull("timeline", text)));
    }

    /**
     * The figures of the first cycle, from a standing start.
     *
     * @return fewest, most and average
     */
    public Figures firstFigures() {
        return figures(first);
    }

    /**
     * The figures of every later cycle.
     *
     * @return fewest, most and average
     */
    public Figures steadyFigures() {
        return figures(steady);
    }

    private static Figures figures(List<Integer> series) {
        return new Figures(
                Collections.min(series),
                Collections.max(series),
                series.stream().mapToInt(Integer::intValue).average().orElse(0));
    }

    private static void occupy(PlannedSession session, boolean[] busy, int start, int end) {
        for (int at = start; at < end; at++) {
            if (busy[at % busy.length]) {
                throw new IllegalArgumentException("timeline.sessions must not have two of a worker at once, but has "
                        + session + " and another, here or in the cycle after");
            }
            busy[at % busy.length] = true;
        }
    }

    private static int index(PlannedSession session, Instant instant, Instant from, Duration step) {
        long millis = Duration.between(from, instant).toMillis();
        if (millis % step.toMillis() != 0) {
            throw new IllegalArgumentException(
                    "timeline.sessions must lie on steps of " + step + " from " + from + ", but has " + session);
        }
        return Math.toIntExact(millis / step.toMillis());
    }

    private static List<Integer> list(int[] values) {
        List<Integer> list = new ArrayList<>(values.length);
        for (int value : values) {
            list.add(value);
        }
        return list;
    }
}
