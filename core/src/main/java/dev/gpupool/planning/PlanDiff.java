package dev.gpupool.planning;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What changes from one plan to the next, in terms of what a person does: what is started, and when it ends. Sessions of
 * a worker that start at the same time are the same session; of the others, a removed and an added one of the same worker
 * are told as one that moved, in order. Not told are what was over before the new plan begins, and what begins, or goes on,
 * where the earlier plan's horizon ended: nothing was planned there.
 *
 * @param changes by time, then worker
 */
public record PlanDiff(List<Change> changes) {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("EEE HH:mm", Locale.ENGLISH);

    /** Copies the list. */
    public PlanDiff {
        changes = List.copyOf(changes);
    }

    /** What can change. */
    public enum Kind {
        /** A session that was not planned. */
        ADDED,
        /** A session is not started. */
        REMOVED,
        /** A session is started at another time. */
        MOVED,
        /** A session that ran goes on no longer. */
        OVER,
        /** A session ends at another time. */
        END_CHANGED
    }

    /**
     * A change.
     *
     * @param kind what
     * @param before the session as it was, or {@code null} if it was not planned
     * @param after the session as it is, or {@code null} if it is not planned any more
     */
    public record Change(
            Kind kind,
            @Nullable PlannedSession before,
            @Nullable PlannedSession after) {
        /**
         * Whose session.
         *
         * @return the worker's name
         */
        public String worker() {
            return any().worker();
        }

        Instant at() {
            return after == null ? any().start() : after.start();
        }

        private PlannedSession any() {
            return Objects.requireNonNull(after == null ? before : after);
        }

        /**
         * The change in words.
         *
         * @param zone the zone of times
         * @return such as {@code Colab-5: starts Tue 08:00 instead of Tue 09:30}
         */
        public String text(ZoneId zone) {
            DateTimeFormatter time = TIME.withZone(zone);
            if (before == null) {
                return worker() + ": starts also " + time.format(any().start()) + ", until " + time.format(any().end());
            }
            if (kind == Kind.OVER) {
                return worker() + ": does not go on until " + time.format(any().end());
            }
            if (after == null) {
                return worker() + ": does not start " + time.format(before.start());
            }
            return kind == Kind.MOVED
                    ? worker() + ": starts " + time.format(after.start()) + " instead of " + time.format(before.start())
                            + ", until " + time.format(after.end())
                    : worker() + ": ends " + time.format(after.end()) + " instead of " + time.format(before.end())
                            + " (started " + time.format(after.start()) + ")";
        }
    }

    static PlanDiff between(CoveragePlan previous, CoveragePlan plan) {
        Instant from = plan.request().from();
        Map<String, List<PlannedSession>> before = byWorker(previous.sessions().stream()
                .filter(session -> plan.request().cyclic() || session.end().isAfter(from))
                .toList());
        Map<String, List<PlannedSession>> after = byWorker(plan.sessions());
        TreeMap<String, List<PlannedSession>> names = new TreeMap<>(before);
        names.putAll(after);
        List<Change> changes = new ArrayList<>();
        for (String worker : names.keySet()) {
            compare(before.getOrDefault(worker, List.of()), after.getOrDefault(worker, List.of()), from, changes);
        }
        PlanRequest known = previous.request();
        if (!known.cyclic()) {
            Instant end = known.from().plus(known.length());
            changes.removeIf(change -> beyond(change, end, known.handOver()));
        }
        changes.sort(Comparator.comparing(Change::at).thenComparing(Change::worker));
        return new PlanDiff(changes);
    }

    private static boolean beyond(Change change, Instant end, Duration handOver) {
        PlannedSession old = change.before();
        PlannedSession next = change.after();
        if (old == null) {
            return next != null && !next.start().plus(handOver).isBefore(end);
        }
        return change.kind() == Kind.END_CHANGED
                && old.end().equals(end)
                && next != null
                && next.end().isAfter(end);
    }

    private static Map<String, List<PlannedSession>> byWorker(List<PlannedSession> sessions) {
        return sessions.stream()
                .sorted(Comparator.comparing(PlannedSession::start))
                .collect(Collectors.groupingBy(PlannedSession::worker, TreeMap::new, Collectors.toList()));
    }

    private static void compare(
            List<PlannedSession> before, List<PlannedSession> after, Instant from, List<Change> changes) {
        List<PlannedSession> gone = new ArrayList<>(before);
        List<PlannedSession> come = new ArrayList<>();
        for (PlannedSession session : after) {
            PlannedSession same = gone.stream()
                    .filter(other -> same(other, session, from))
                    .findFirst()
                    .orElse(null);
            if (same == null) {
                come.add(session);
            } else {
                gone.remove(same);
                if (!same.end().equals(session.end())) {
                    changes.add(new Change(Kind.END_CHANGED, same, session));
                }
            }
        }
        for (PlannedSession old : List.copyOf(gone)) {
            if (ran(old, from)) {
                gone.remove(old);
                changes.add(new Change(Kind.OVER, old, null));
            }
        }
        for (int i = 0; i < Math.max(gone.size(), come.size()); i++) {
            PlannedSession old = i < gone.size() ? gone.get(i) : null;
            PlannedSession next = i < come.size() ? come.get(i) : null;
            Kind kind = old == null ? Kind.ADDED : next == null ? Kind.REMOVED : Kind.MOVED;
            changes.add(new Change(kind, old, next));
        }
    }

    /**
     * A session that runs when the new plan begins is told there as one that starts then. One that ran by the earlier plan
     * and has to be started by the new one is another.
     */
    private static boolean same(PlannedSession old, PlannedSession next, Instant from) {
        return next.running() ? ran(old, from) : !old.running() && old.start().equals(next.start());
    }

    private static boolean ran(PlannedSession old, Instant from) {
        return old.running() ? !old.start().isAfter(from) : old.start().isBefore(from);
    }

    /**
     * Whether nothing changes.
     *
     * @return whether there is no change
     */
    public boolean isEmpty() {
        return changes.isEmpty();
    }

    /**
     * How many starts change: added, removed or moved.
     *
     * @return the changes that a person has to know of before they press a button
     */
    public int startChanges() {
        return (int) changes.stream()
                .filter(change -> change.kind() != Kind.END_CHANGED && change.kind() != Kind.OVER)
                .count();
    }

    /**
     * The changes in words, a line each.
     *
     * @param zone the zone of times
     * @return empty if nothing changes
     */
    public String text(ZoneId zone) {
        return changes.stream().map(change -> change.text(zone) + "\n").collect(Collectors.joining());
    }
}
