package dev.gpupool.internal.planning;

import dev.gpupool.internal.util.Dice;
import java.util.function.Predicate;

/**
 * Makes a plan better by giving single lanes, and small groups of them, the sessions that serve best beside the others'.
 *
 * <ol>
 *   <li>A lane's answer to the others is exact ({@link LaneDp}): what its sessions earn is what they add to the plan's
 *       worth, so no answer makes the plan worse.
 *   <li>All lanes answer in turn, in an order without a pattern, until a round changes nothing.
 *   <li>Then a few lanes are emptied and answer again in another order (ruin and recreate, Schrimpf et al., Journal of
 *       Computational Physics 159, 2000). What is not worse is kept.
 * </ol>
 *
 * <p>In a cycle an answer is exact for a place at which the circle is cut: tried are one at which the lane's own sessions
 * begin, which makes the present sessions one of the possible answers, and another by chance.
 */
final class Improver {
    private final Model model;
    private final Budget budget;
    private final LaneDp dp;
    private final Dice dice;
    private final int[] order;

    Improver(Model model, Budget budget, long seed) {
        this.model = model;
        this.budget = budget;
        this.dp = new LaneDp(model);
        this.dice = new Dice(seed);
        int free = 0;
        order = new int
                [(int) model.lanes.stream().filter(lane -> !lane.permanent).count()];
        for (int i = 0; i < model.lanes.size(); i++) {
            if (!model.lanes.get(i).permanent) {
                order[free++] = i;
            }
        }
    }

    /** Lets every lane answer once, those with most left first, beginning with nothing. */
    Roster insert(Worth worth) {
        Roster roster = new Roster(model);
        Integer[] byQuota = new Integer[order.length];
        for (int i = 0; i < order.length; i++) {
            byQuota[i] = order[i];
        }
        java.util.Arrays.sort(byQuota, (a, b) -> Integer.compare(most(b), most(a)));
        for (int lane : byQuota) {
            answer(roster, lane, worth);
        }
        return roster;
    }

    private int most(int lane) {
        Quota quota = model.quota(model.lanes.get(lane));
        int sum = 0;
        for (int span = 0; span < quota.spans(); span++) {
            sum += quota.budget(span);
        }
        return sum / Math.max(1, quota.lanes);
    }

    /**
     * Improves until an aim is reached, nothing gets better for long, or the budget is spent.
     *
     * @param from the plan to begin with; not changed
     * @param worth what counts
     * @param aim what is enough
     * @param patience after so many groups for each lane, none of which made it better, the search ends
     * @param share the part of the whole budget, in percent, that may be spent
     * @return the best that was found
     */
    Roster improve(Roster from, Worth worth, Predicate<Roster> aim, int patience, int share) {
        Roster roster = from.copy();
        Budget.Part part = budget.part(share);
        rounds(roster, worth, aim, part);
        long value = roster.worth(worth);
        for (int idle = 0; idle < patience * order.length && order.length > 1 && !part.spent() && !aim.test(roster); ) {
            int count = Math.min(order.length, 2 + dice.below(3));
            Schedule[] before = pick(roster, count);
            recreate(roster, worth, count);
            long next = roster.worth(worth);
            // A sum over a large fleet may go over the end of long; the difference that a few lanes make cannot.
            if (next - value < 0) {
                for (int i = 0; i < count; i++) {
                    roster.put(order[i], before[i]);
                }
            }
            idle = next - value > 0 ? 0 : idle + 1;
            value = next - value > 0 ? next : value;
        }
        return roster;
    }

    private void rounds(Roster roster, Worth worth, Predicate<Roster> aim, Budget.Part part) {
        boolean changed = true;
        while (changed && !part.spent() && !aim.test(roster)) {
            changed = false;
            dice.shuffle(order);
            for (int lane : order) {
                if (part.spent()) {
                    break;
                }
                changed |= answer(roster, lane, worth);
            }
        }
    }

    /** Brings some lanes to the front of the order, and returns what they do. */
    private Schedule[] pick(Roster roster, int count) {
        Schedule[] before = new Schedule[count];
        for (int i = 0; i < count; i++) {
            int j = i + dice.below(order.length - i);
            int kept = order[i];
            order[i] = order[j];
            order[j] = kept;
            before[i] = roster.get(order[i]);
        }
        return before;
    }

    private void recreate(Roster roster, Worth worth, int count) {
        for (int i = 0; i < count; i++) {
            roster.put(order[i], Schedule.EMPTY);
        }
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < count; i++) {
                answer(roster, order[round == 0 ? i : count - 1 - i], worth);
            }
        }
    }

    /** Gives a lane the sessions that serve best beside the others', and returns whether they serve better than its own. */
    private boolean answer(Roster roster, int index, Worth worth) {
        Lane lane = model.lanes.get(index);
        Schedule own = roster.get(index);
        int[] left = roster.left(index);
        roster.put(index, Schedule.EMPTY);
        Prices prices = prices(roster, index, worth);
        Quota quota = model.quota(lane);
        Schedule best = null;
        long bestValue = Long.MIN_VALUE;
        int cuts = model.cyclic && own.size() > 0 ? 2 : 1;
        for (int i = 0; i < cuts; i++) {
            int cut = model.cyclic ? cut(quota, own, i) : 0;
            long before = dp.work();
            long value = dp.solve(lane, new Axis(quota, left, model.steps, cut), prices);
            budget.spend(dp.work() - before);
            if (value > bestValue) {
                bestValue = value;
                best = dp.schedule();
            }
        }
        long ownValue = prices.of(own, model.handOver);
        boolean other = best != null && (bestValue > ownValue || (bestValue == ownValue && dice.below(2) == 0));
        roster.put(index, other && best != null ? best : own);
        return bestValue > ownValue;
    }

    private Prices prices(Roster roster, int index, Worth worth) {
        Lane lane = model.lanes.get(index);
        int n = model.steps;
        long[] gain = new long[n];
        long[] cost = new long[n];
        long[] start = new long[n];
        for (int t = 0; t < n; t++) {
            gain[t] = worth.next(t, roster.coverage(t));
            cost[t] = worth.occupied(index, t);
            start[t] = worth.start(lane, t);
        }
        return new Prices(gain, cost, start, worth.running());
    }

    /** Where several windows follow one another, the circle can only be cut between two of them. */
    private int cut(Quota quota, Schedule own, int attempt) {
        if (quota.spans() > 1) {
            return quota.begin(dice.below(quota.spans()));
        }
        return attempt == 0 && own.size() > 0 ? own.start(dice.below(own.size())) : dice.below(model.steps);
    }
}
