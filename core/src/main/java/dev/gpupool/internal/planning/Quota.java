package dev.gpupool.internal.planning;

/** An account on the grid: its quota spans follow one another from step 0 to the horizon's end. */
final class Quota {
    final String account;
    /** How many lanes use it. */
    final int lanes;

    private final int[] ends;
    private final int[] budgets;

    Quota(String account, int lanes, int[] ends, int[] budgets) {
        this.account = account;
        this.lanes = lanes;
        this.ends = ends;
        this.budgets = budgets;
    }

    int spans() {
        return ends.length;
    }

    /** The step after a span's last. */
    int end(int span) {
        return ends[span];
    }

    int begin(int span) {
        return span == 0 ? 0 : ends[span - 1];
    }

    /** How many steps of sessions it has left in a span. */
    int budget(int span) {
        return budgets[span];
    }

    int[] budgets() {
        return budgets.clone();
    }

    int spanAt(int step) {
        int span = 0;
        while (ends[span] <= step) {
            span++;
        }
        return span;
    }

    boolean like(Quota other) {
        return java.util.Arrays.equals(ends, other.ends) && java.util.Arrays.equals(budgets, other.budgets);
    }
}
