package dev.gpupool.internal.planning;

/** Prices of a weak duality: of a step's shortfall, of a step's floor, and of a step of each quota span. */
final class Dual {
    /** The price of a whole worker-step of shortfall. */
    static final long UNIT = 1L << 20;

    final long[] shortage;
    final long[] floor;
    final long[][] quota;

    Dual(long[] shortage, long[] floor, long[][] quota) {
        this.shortage = shortage;
        this.floor = floor;
        this.quota = quota;
    }

    /**
     * The highest price of a floor or of quota. What all lanes earn at it, forced into as many cases as a proof ever has, can
     * still be added up, and a bound that overflowed would prove what is not true.
     */
    static long dearest(int lanes, int steps) {
        return Math.max(UNIT, (1L << 50) / ((lanes + 1L) * steps));
    }

    long covered(int step) {
        return shortage[step] + floor[step];
    }

    /** Whether a step that is missing costs the same everywhere, and nothing else costs anything. */
    boolean flat(int judged) {
        for (int t = judged; t < shortage.length; t++) {
            if (shortage[t] != UNIT || floor[t] != 0) {
                return false;
            }
        }
        for (int account = 0; account < quota.length; account++) {
            if (charges(account)) {
                return false;
            }
        }
        return true;
    }

    boolean charges(int account) {
        for (long price : quota[account]) {
            if (price != 0) {
                return true;
            }
        }
        return false;
    }

    /** What forces a case: more than anything else can be worth. */
    long force(Model model, long wanted) {
        long sum = UNIT;
        long dearest = 0;
        for (int t = 0; t < shortage.length; t++) {
            sum += covered(t);
        }
        for (long[] account : quota) {
            for (long price : account) {
                dearest = Math.max(dearest, price);
            }
        }
        return (model.lanes.size() + 1) * (sum + dearest * model.steps) + UNIT * wanted;
    }
}
