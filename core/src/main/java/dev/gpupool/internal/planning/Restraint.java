package dev.gpupool.internal.planning;

/**
 * Takes back whatever changes since an earlier plan without need: a lane gets its earlier sessions again, or a session its
 * earlier end, wherever neither the minimum nor the shortfall gets worse by it and no more sessions have to be started.
 * What remains changed cannot be undone alone.
 */
final class Restraint {
    private final Model model;
    private final Roster earlier;
    private final Roster roster;
    private final int[] demand;

    Restraint(Model model, Roster earlier, Roster roster) {
        this.model = model;
        this.earlier = earlier;
        this.roster = roster;
        this.demand = model.demands();
    }

    void apply() {
        boolean changed = true;
        while (changed) {
            changed = false;
            for (int lane = 0; lane < model.lanes.size(); lane++) {
                Schedule before = earlier.get(lane);
                if (!before.same(roster.get(lane))) {
                    changed |= keep(lane, before) || ends(lane, before);
                }
            }
        }
    }

    private boolean ends(int lane, Schedule before) {
        boolean changed = false;
        for (int i = 0; i < roster.get(lane).size(); i++) {
            Schedule now = roster.get(lane);
            for (int j = 0; j < before.size(); j++) {
                boolean same = now.start(i) == before.start(j) && now.running(i) == before.running(j);
                if (same && now.end(i) != before.end(j) && fits(lane, now, i, before.end(j))) {
                    changed |= keep(lane, now.withEnd(i, before.end(j)));
                }
            }
        }
        return changed;
    }

    private boolean fits(int lane, Schedule schedule, int session, int end) {
        int next = session + 1 < schedule.size()
                ? schedule.start(session + 1)
                : model.cyclic ? schedule.start(0) + model.steps : Integer.MAX_VALUE;
        return end + model.lanes.get(lane).rest <= next;
    }

    private boolean keep(int lane, Schedule schedule) {
        Schedule now = roster.get(lane);
        int minimum = Math.min(roster.minimum(), model.lowestDemand());
        long shortfall = roster.shortfall(demand);
        int starts = roster.starts();
        roster.put(lane, schedule);
        boolean good = roster.paid(model.lanes.get(lane).account)
                && roster.minimum() >= minimum
                && roster.shortfall(demand) <= shortfall
                && roster.starts() <= starts;
        if (!good) {
            roster.put(lane, now);
        }
        return good;
    }
}
