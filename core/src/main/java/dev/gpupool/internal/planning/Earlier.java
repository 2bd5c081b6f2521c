package dev.gpupool.internal.planning;

import dev.gpupool.planning.PlanRequest;
import dev.gpupool.planning.PlannedSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** An earlier plan's sessions on a new plan's grid, as far as they are still possible there. */
final class Earlier {
    private final PlanRequest request;
    private final Model model;

    private Earlier(PlanRequest request, Model model) {
        this.request = request;
        this.model = model;
    }

    static Roster of(PlanRequest request, Model model) {
        return new Earlier(request, model).roster();
    }

    private Roster roster() {
        Map<String, List<PlannedSession>> previous = new TreeMap<>();
        request.previous().stream()
                .sorted(Comparator.comparing(PlannedSession::start))
                .forEach(session -> previous.computeIfAbsent(session.worker(), name -> new ArrayList<>())
                        .add(session));
        Roster roster = new Roster(model);
        for (int i = 0; i < model.lanes.size(); i++) {
            Lane lane = model.lanes.get(i);
            if (lane.permanent) {
                continue;
            }
            List<int[]> sessions = new ArrayList<>();
            previous.getOrDefault(lane.worker, List.of()).forEach(session -> add(lane, session, sessions));
            boolean running = !sessions.isEmpty() && sessions.get(0)[0] < 0;
            roster.put(i, schedule(sessions, running));
            while (!roster.paid(lane.account) && !sessions.isEmpty()) {
                sessions.remove(sessions.size() - 1);
                roster.put(i, schedule(sessions, running && !sessions.isEmpty()));
            }
        }
        return roster;
    }

    private void add(Lane lane, PlannedSession session, List<int[]> sessions) {
        if (!session.end().isAfter(request.from())) {
            return; // over, and not the one that runs
        }
        int start = index(session, true);
        int end = Math.min(index(session, false), model.cyclic ? start + lane.cap : model.steps);
        int[] last = sessions.isEmpty() ? null : sessions.get(sessions.size() - 1);
        int free = last != null ? last[1] + lane.rest : lane.runningUntil >= 0 ? lane.rest : 0;
        if (lane.runningUntil > 0 && last == null && start <= 0) {
            sessions.add(new int[] {-1, Math.max(1, Math.min(end, lane.runningUntil))});
        } else if (start >= free && start < model.steps && lane.startsAt(start)) {
            end = Math.min(end, start + lane.cap);
            if (end > start + model.handOver && (!model.cyclic || wraps(lane, sessions, start, end))) {
                sessions.add(new int[] {start, end});
            }
        }
    }

    private boolean wraps(Lane lane, List<int[]> sessions, int start, int end) {
        int first = sessions.isEmpty() ? start : sessions.get(0)[0];
        return end + lane.rest <= first + model.steps;
    }

    private int index(PlannedSession session, boolean start) {
        Duration since = Duration.between(request.from(), start ? session.start() : session.end());
        long index = Math.floorDiv(since.toMillis(), request.step().toMillis());
        return (int) Math.max(-1, Math.min(2L * model.steps, index));
    }

    private static Schedule schedule(List<int[]> sessions, boolean running) {
        return new Schedule(
                sessions.stream().mapToInt(session -> Math.max(0, session[0])).toArray(),
                sessions.stream().mapToInt(session -> session[1]).toArray(),
                running);
    }
}
