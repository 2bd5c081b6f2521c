package dev.gpupool.internal.planning;

import java.util.ArrayList;
import java.util.List;

/**
 * A first plan for a cycle: sessions one after the other, each beginning to count where the one before it ends, round the
 * circle again and again. Coverage then differs by one at most over the cycle (McNaughton's wrap-around rule, Management
 * Science 6, 1959), and is what there is divided by the cycle's length, as long as no lane meets itself.
 *
 * <ol>
 *   <li>At the place where coverage ends, take the lane with most left that may start there and is free.
 *   <li>Its session is as long as its cap, its quota and its own next session allow.
 *   <li>If nobody is free there, leave a step uncovered. End when nobody is free anywhere, or nobody has anything left.
 * </ol>
 */
final class Chain {
    private final Model model;
    private final int[][] left;
    private final List<List<int[]>> sessions = new ArrayList<>();

    private Chain(Model model) {
        this.model = model;
        left = new int[model.quotas.size()][];
        for (int i = 0; i < left.length; i++) {
            Quota quota = model.quotas.get(i);
            left[i] = new int[quota.spans()];
            for (int span = 0; span < quota.spans(); span++) {
                left[i][span] = quota.budget(span);
            }
        }
        model.lanes.forEach(lane -> sessions.add(new ArrayList<>()));
    }

    static Roster of(Model model) {
        return new Chain(model).build();
    }

    private Roster build() {
        int highest = 0;
        for (int t = 0; t < model.steps; t++) {
            highest = Math.max(highest, model.demand(t));
        }
        long place = 0;
        int idle = 0;
        while (idle < model.steps && place < (long) highest * model.steps) {
            int start = Math.floorMod((int) (place % model.steps) - model.handOver, model.steps);
            int lane = -1;
            int length = 0;
            for (int i = 0; i < sessions.size(); i++) {
                if (lane < 0 || most(i) > most(lane)) {
                    int possible = longest(i, start);
                    if (possible > model.handOver) {
                        lane = i;
                        length = possible;
                    }
                }
            }
            if (lane < 0) {
                idle++;
                place++;
            } else {
                idle = 0;
                take(lane, start, length);
                place += length - model.handOver;
            }
        }
        return roster();
    }

    private int most(int lane) {
        int sum = 0;
        for (int span : left[model.lanes.get(lane).account]) {
            sum += span;
        }
        return sum;
    }

    /** How long a session of a lane from a step on can be. */
    private int longest(int index, int start) {
        Lane lane = model.lanes.get(index);
        if (lane.permanent || !lane.startsAt(start)) {
            return 0;
        }
        int free = Math.min(lane.cap, model.steps - lane.rest);
        for (int[] session : sessions.get(index)) {
            int before = Math.floorMod(start - session[0], model.steps);
            if (before < session[1] - session[0] + lane.rest) {
                return 0;
            }
            free = Math.min(free, Math.floorMod(session[0] - start, model.steps) - lane.rest);
        }
        Quota quota = model.quota(lane);
        int[] spans = left[lane.account];
        int length = 0;
        int span = quota.spanAt(start);
        int inSpan = 0;
        while (length < free && inSpan < spans[span]) {
            length++;
            inSpan++;
            int next = quota.spanAt((start + length) % model.steps);
            if (next != span) {
                span = next;
                inSpan = 0;
            }
        }
        return length;
    }

    private void take(int index, int start, int length) {
        sessions.get(index).add(new int[] {start, start + length});
        Quota quota = model.quota(model.lanes.get(index));
        for (int t = start; t < start + length; t++) {
            left[model.lanes.get(index).account][quota.spanAt(t % model.steps)]--;
        }
    }

    private Roster roster() {
        Roster roster = new Roster(model);
        for (int i = 0; i < sessions.size(); i++) {
            if (!model.lanes.get(i).permanent) {
                List<int[]> own = sessions.get(i);
                own.sort((a, b) -> Integer.compare(a[0], b[0]));
                roster.put(
                        i,
                        new Schedule(
                                own.stream().mapToInt(s -> s[0]).toArray(),
                                own.stream().mapToInt(s -> s[1]).toArray(),
                                false));
            }
        }
        return roster;
    }
}
