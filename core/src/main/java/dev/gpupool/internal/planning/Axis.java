package dev.gpupool.internal.planning;

/**
 * The horizon as a line that begins at a cut: position {@code p} is step {@code (cut + p) mod steps}. Where the cut lies
 * within a quota span, its two parts may use all of it each, which makes what is found on the line a bound.
 */
final class Axis {
    final int steps;
    final int cut;
    /** The windows of positions, one a quota span or a part of one: the position after the last of each. */
    final int[] ends;
    /** What may be used in each. */
    final int[] budgets;
    /** Whether any budget is less than its window, so that use has to be counted. */
    final boolean metered;

    /**
     * Lays out an account's spans.
     *
     * @param quota the account
     * @param left what is left in each of its spans
     * @param steps how many steps there are
     * @param cut where the line begins; 0 unless the plan is cyclic
     */
    Axis(Quota quota, int[] left, int steps, int cut) {
        this.steps = steps;
        this.cut = cut;
        int spans = quota.spans();
        int first = quota.spanAt(cut);
        boolean split = spans > 1 && quota.begin(first) != cut;
        int count = split ? spans + 1 : spans;
        this.ends = new int[count];
        this.budgets = new int[count];
        boolean counts = false;
        int begin = 0;
        for (int i = 0; i < count; i++) {
            int span = (first + i) % spans;
            int end = i == count - 1 ? steps : Math.floorMod(quota.end(span) - cut - 1, steps) + 1;
            ends[i] = end;
            budgets[i] = Math.min(left[span], end - begin);
            counts |= left[span] < end - begin;
            begin = end;
        }
        this.metered = counts;
    }

    int begin(int window) {
        return window == 0 ? 0 : ends[window - 1];
    }

    int largestBudget() {
        int most = 0;
        for (int budget : budgets) {
            most = Math.max(most, budget);
        }
        return most;
    }

    int step(int position) {
        int step = cut + position;
        return step >= steps ? step - steps : step;
    }
}
