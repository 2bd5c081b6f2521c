package dev.gpupool.dashboard;

import dev.gpupool.HeartbeatMonitor;
import dev.gpupool.status.PoolStatus;
import dev.gpupool.status.WorkerStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The sessions that were seen, by worker: what the timeline shows as real. Kept for 48 hours, 60 sessions a worker at
 * most, in this process only. A session that ran when the first look was taken is known from its start.
 */
final class History {
    private static final Duration KEPT = Duration.ofHours(48);
    private static final int MOST = 60;
    /** Two looks tell the start of one session a little differently; two sessions lie further apart. */
    private static final Duration SAME = Duration.ofSeconds(3);

    private final TreeMap<String, Deque<Seen>> sessions = new TreeMap<>();

    /** A session, as far as it was seen. */
    private static final class Seen {
        private final Instant start;
        private Instant end;
        private boolean open = true;

        Seen(Instant start, Instant end) {
            this.start = start;
            this.end = end;
        }
    }

    synchronized void look(PoolStatus status) {
        TreeSet<String> shown = new TreeSet<>();
        for (WorkerStatus worker : status.workers()) {
            shown.add(worker.worker());
            look(worker, status.at(), sessions.computeIfAbsent(worker.worker(), name -> new ArrayDeque<>()));
        }
        sessions.forEach((worker, seen) -> {
            if (!shown.contains(worker)) {
                // One that was removed shows no more once its session has ended.
                seen.getLast().open = false;
            }
        });
        Instant oldest = status.at().minus(KEPT);
        sessions.values().forEach(seen -> {
            while (!seen.isEmpty() && (seen.size() > MOST || seen.getFirst().end.isBefore(oldest))) {
                seen.removeFirst();
            }
        });
        sessions.values().removeIf(Deque::isEmpty);
    }

    private static void look(WorkerStatus worker, Instant at, Deque<Seen> seen) {
        Seen last = seen.isEmpty() || !seen.getLast().open ? null : seen.getLast();
        if (worker.state() == HeartbeatMonitor.State.OFFLINE) {
            if (last != null) {
                last.open = false;
                Instant heard = worker.lastSeen();
                last.end = heard == null || heard.isBefore(last.start) ? last.end : heard;
            }
            return;
        }
        Instant start = at.minus(worker.runtime());
        if (last != null && start.isAfter(last.start.plus(SAME))) {
            last.open = false;
            last = null;
        }
        if (last == null) {
            seen.addLast(new Seen(start, at));
        } else {
            last.end = at;
        }
    }

    synchronized ObjectNode json() {
        ObjectNode json = Json.object();
        sessions.forEach((worker, seen) -> {
            ArrayNode bars = json.putArray(worker);
            seen.forEach(one -> bars.addArray()
                    .add(one.start.toEpochMilli())
                    .add(one.end.toEpochMilli())
                    .add(one.open));
        });
        return json;
    }
}
