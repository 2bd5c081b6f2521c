package dev.gpupool.internal.planning;

/** How much work a plan may take, in entries of tables: work, not time, so that a plan does not depend on the machine. */
final class Budget {
    private final long total;
    private long spent;

    Budget(long total) {
        this.total = total;
    }

    void spend(long work) {
        spent += work;
    }

    boolean spent() {
        return spent >= total;
    }

    /** A part of it, in percent, from now on; never more than what is left, unless it is more than all. */
    Part part(int percent) {
        long until = spent + total / 100 * percent;
        return new Part(percent > 100 ? until : Math.min(total, until));
    }

    /** A part of a budget. */
    final class Part {
        private final long until;

        private Part(long until) {
            this.until = until;
        }

        boolean spent() {
            return spent >= until;
        }
    }
}
