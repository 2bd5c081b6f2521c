package dev.gpupool.internal.planning;

/**
 * The horizon as a line that begins at a cut: position {@code p} is step {@code (cut + p) mod steps}. Where the cut lies
 * within a quota span, its two parts share it in a given way, or may use all of it each, which makes what is found on the
 * line a bound.
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
        this(quota, left, steps, cut, -1);
    }

    /**
     * Lays out an account's spans.
     *
     * @param quota the account
     * @param left what is left in each of its spans
     * @param steps how many steps there are
     * @param cut where the line begins
     * @param first what the first part of a span that is cut may use, so that the rest is for its last part, or -1 for all
     *     of it in both
     */
    Axis(Quota quota, int[] left, int steps, int cut, int first) {
        this.steps = steps;
        this.cut = cut;
        int spans = quota.spans();
        int span0 = quota.spanAt(cut);
        boolean split = splits(quota, cut);
        int count = split ? spans + 1 : spans;
        this.ends = new int[count];
        this.budgets = new int[count];
        boolean counts = false;
        int begin = 0;
        for (int i = 0; i < count; i++) {
            int span = (span0 + i) % spans;
            int end = i == count - 1 ? steps : Math.floorMod(quota.end(span) - cut - 1, steps) + 1;
            ends[i] = end;
            int all = left[span];
            if (split && first >= 0 && i == 0) {
                all = first;
            } else if (split && first >= 0 && i == count - 1) {
                all = left[span] - first;
            }
            budgets[i] = Math.min(all, end - begin);
            counts |= all < end - begin;
            begin = end;
        }
        this.metered = counts;
    }

    /** Whether a cut parts a span in two. */
    static boolean splits(Quota quota, int cut) {
        return quota.spans() > 1 && quota.begin(quota.spanAt(cut)) != cut;
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
