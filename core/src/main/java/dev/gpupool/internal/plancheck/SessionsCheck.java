package dev.gpupool.internal.plancheck;

import dev.gpupool.planning.PlanAccount;
import dev.gpupool.planning.PlannedSession;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Checks that each session is allowed by itself, with the others of its worker, and with those of its account. */
final class SessionsCheck {
    private final Grid grid;
    private final List<String> wrong;
    private final Map<String, List<Stay>> byWorker = new TreeMap<>();

    SessionsCheck(Grid grid, List<String> wrong) {
        this.grid = grid;
        this.wrong = wrong;
    }

    /** All sessions on the grid, or fewer than there are if something about one is said to be wrong. */
    List<Stay> check(List<PlannedSession> sessions) {
        List<Stay> stays = new ArrayList<>();
        for (PlannedSession session : sessions) {
            Limits limits = grid.limits().get(session.worker());
            Stay stay = Stay.of(session, grid);
            if (limits == null) {
                wrong.add(name(session) + " is of a worker that the request does not have");
            } else if (stay == null) {
                wrong.add(name(session) + " to " + session.end() + " does not lie on the grid of the horizon from "
                        + grid.request().from());
            } else {
                alone(stay, limits);
                stays.add(stay);
                byWorker.computeIfAbsent(session.worker(), worker -> new ArrayList<>())
                        .add(stay);
            }
        }
        order(sessions);
        byWorker.forEach(this::together);
        accounts(stays);
        return stays;
    }

    private void order(List<PlannedSession> sessions) {
        Comparator<PlannedSession> order =
                Comparator.comparing(PlannedSession::start).thenComparing(PlannedSession::worker);
        for (int i = 1; i < sessions.size(); i++) {
            if (order.compare(sessions.get(i - 1), sessions.get(i)) > 0) {
                wrong.add(name(sessions.get(i)) + " is listed after a later one: sessions are by start, then worker");
            }
        }
    }

    private void alone(Stay stay, Limits limits) {
        if (!limits.seated()) {
            wrong.add(
                    name(stay.session())
                            + " has no place: its account allows fewer sessions than it has workers, and others run, are back sooner or come first by name");
        }
        if (limits.permanent()) {
            permanent(stay);
        } else if (stay.session().running()) {
            running(stay, limits);
        } else {
            started(stay, limits);
        }
    }

    private void permanent(Stay stay) {
        boolean always = stay.start() == 0 && stay.covers() == 0 && stay.end() == grid.steps();
        if (!always || !stay.session().running()) {
            wrong.add(name(stay.session()) + " must run without end, for the whole cycle and without a hand-over");
        }
    }

    private void running(Stay stay, Limits limits) {
        if (stay.start() != 0 || stay.covers() != 0 || stay.end() > limits.runningTo()) {
            wrong.add(name(stay.session()) + " to " + stay.session().end()
                    + " does not run already: that would be from step 0 to step " + limits.runningTo()
                    + " at the latest, and count from the first");
        }
    }

    private void started(Stay stay, Limits limits) {
        if (stay.length() > limits.longest()) {
            wrong.add(name(stay.session()) + " has " + stay.length() + " steps, but at most " + limits.longest()
                    + " are allowed");
        }
        if (stay.covers() != stay.start() + grid.handOver()) {
            wrong.add(name(stay.session()) + " counts " + (stay.covers() - stay.start())
                    + " steps after its start, but the hand-over has " + grid.handOver());
        }
        if (stay.length() <= grid.handOver()) {
            wrong.add(name(stay.session()) + " has " + stay.length() + " steps, no more than its hand-over");
        }
        if (!limits.mayStart().get(stay.start())) {
            wrong.add(name(stay.session()) + " may not be started then: " + why(stay));
        }
    }

    private String why(Stay stay) {
        boolean soon = !grid.cyclic() && stay.start() + grid.handOver() < grid.firstJudged();
        return soon
                ? "nobody knows of it soon enough to count before step " + grid.firstJudged()
                : "it lies out of the worker's start windows, or before it is back";
    }

    /** The rest between each session of a worker and its next, which in a cyclic plan follows the last. */
    private void together(String worker, List<Stay> stays) {
        Limits limits = grid.limits().get(worker);
        if (limits == null || (limits.permanent() && stays.size() == 1)) {
            return;
        }
        stays.sort(Comparator.comparingInt(Stay::start));
        Stay first = stays.get(0);
        if (!first.session().running() && first.start() < limits.freeFrom()) {
            wrong.add(name(first.session()) + " begins " + first.start()
                    + " steps after the one that runs already is ended, but its worker must rest " + limits.rest());
        }
        for (int i = 0; i < stays.size(); i++) {
            Stay stay = stays.get(i);
            boolean last = i == stays.size() - 1;
            if (last && !grid.cyclic()) {
                return;
            }
            int next = last
                    ? stays.get(0).start() + grid.steps()
                    : stays.get(i + 1).start();
            if (next - stay.end() < limits.rest()) {
                wrong.add(name(stay.session()) + " ends " + (next - stay.end())
                        + " steps before the next one of its worker begins, which must rest " + limits.rest());
            }
        }
    }

    private void accounts(List<Stay> stays) {
        Map<String, long[]> occupied = new TreeMap<>();
        grid.accounts().keySet().forEach(key -> occupied.put(key, new long[grid.steps()]));
        stays.forEach(stay -> occupy(stay, Objects.requireNonNull(occupied.get(grid.accountOf(stay)))));
        for (PlanAccount account : grid.request().accounts()) {
            long[] own = Objects.requireNonNull(occupied.get(account.key()));
            quota(account.key(), grid.account(account.key()), own);
            seats(account, own);
        }
    }

    private void seats(PlanAccount account, long[] occupied) {
        for (int step = 0; account.sessions() > 0 && step < grid.steps(); step++) {
            if (occupied[step] > account.sessions()) {
                wrong.add(account.key() + " has " + occupied[step] + " sessions at step " + step + ", but may have "
                        + account.sessions() + " at a time");
                return;
            }
        }
    }

    private void occupy(Stay stay, long[] occupied) {
        for (int step = stay.start(); step < stay.end(); step++) {
            occupied[step % grid.steps()]++;
        }
    }

    private void quota(String key, Metering metering, long[] occupied) {
        for (int span = 0; span < metering.spans(); span++) {
            long used = 0;
            for (int step = metering.begin(span); step < metering.ends().get(span); step++) {
                used += occupied[step];
            }
            if (used > metering.budgets().get(span)) {
                wrong.add(key + " uses " + used + " steps in its quota span " + span + ", but "
                        + metering.budgets().get(span) + " are left in it");
            }
        }
    }

    private static String name(PlannedSession session) {
        return "session of " + session.worker() + " at " + session.start();
    }
}
