package dev.gpupool.internal.plancheck;

import dev.gpupool.planning.PlanAccount;
import dev.gpupool.planning.QuotaSpan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * An account on the grid.
 *
 * @param ends for each quota span the step after its last
 * @param budgets for each quota span how many steps of sessions are left in it
 */
record Metering(List<Integer> ends, List<Long> budgets) {
    Metering {
        ends = List.copyOf(ends);
        budgets = List.copyOf(budgets);
    }

    static Metering of(PlanAccount account, Grid grid) {
        List<Integer> ends = new ArrayList<>();
        List<Long> budgets = new ArrayList<>();
        for (QuotaSpan span : account.spans()) {
            ends.add(Math.toIntExact(Duration.between(grid.request().from(), span.to())
                    .dividedBy(grid.request().step())));
            budgets.add(span.safe().dividedBy(grid.request().step()));
        }
        return new Metering(ends, budgets);
    }

    int spans() {
        return ends.size();
    }

    int begin(int span) {
        return span == 0 ? 0 : ends.get(span - 1);
    }

    int length(int span) {
        return ends.get(span) - begin(span);
    }

    int spanOf(int step) {
        int span = 0;
        while (ends.get(span) <= step) {
            span++;
        }
        return span;
    }

    /** Whether so many workers can be online at every step. */
    boolean carriesAlways(long workers) {
        for (int span = 0; span < spans(); span++) {
            if (budgets.get(span) < Math.multiplyExact(length(span), workers)) {
                return false;
            }
        }
        return true;
    }

    /**
     * The longest session that crosses into the next span at most: the shortest span that is a whole one. The first and the
     * last of a plan from now on may be the rest of one.
     */
    int longestSession(int steps, boolean cyclic) {
        int longest = steps;
        for (int span = cyclic ? 0 : 1; span < (cyclic ? spans() : spans() - 1); span++) {
            longest = Math.min(longest, length(span));
        }
        return longest;
    }
}
