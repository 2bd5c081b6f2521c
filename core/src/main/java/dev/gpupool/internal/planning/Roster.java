package dev.gpupool.internal.planning;

/** The sessions of all lanes, with the coverage that they give and what they take. Mutable; not thread-safe. */
final class Roster {
    private final Model model;
    private final Schedule[] schedules;
    private final int[] coverage;
    private final int[][] used;

    Roster(Model model) {
        this.model = model;
        schedules = new Schedule[model.lanes.size()];
        java.util.Arrays.fill(schedules, Schedule.EMPTY);
        coverage = new int[model.steps];
        used = new int[model.quotas.size()][];
        for (int i = 0; i < used.length; i++) {
            used[i] = new int[model.quotas.get(i).spans()];
        }
        for (int lane = 0; lane < schedules.length; lane++) {
            if (model.lanes.get(lane).permanent) {
                put(lane, new Schedule(new int[] {0}, new int[] {model.steps}, true));
            }
        }
    }

    Roster copy() {
        Roster copy = new Roster(model);
        for (int lane = 0; lane < schedules.length; lane++) {
            copy.put(lane, schedules[lane]);
        }
        return copy;
    }

    Schedule get(int lane) {
        return schedules[lane];
    }

    int coverage(int step) {
        return coverage[step];
    }

    int[] coverages() {
        return coverage.clone();
    }

    /** Gives a lane other sessions. */
    void put(int lane, Schedule schedule) {
        account(lane, -1);
        schedules[lane] = schedule;
        account(lane, 1);
    }

    private void account(int lane, int sign) {
        Schedule schedule = schedules[lane];
        Quota quota = model.quota(model.lanes.get(lane));
        int[] spans = used[model.lanes.get(lane).account];
        for (int i = 0; i < schedule.size(); i++) {
            int counts = schedule.coversFrom(i, model.handOver);
            use(quota, spans, schedule.start(i), schedule.end(i), sign);
            for (int t = counts; t < schedule.end(i); t++) {
                coverage[t < model.steps ? t : t - model.steps] += sign;
            }
        }
    }

    private void use(Quota quota, int[] spans, int start, int end, int sign) {
        for (int span = 0; span < spans.length; span++) {
            int begin = quota.begin(span);
            int over = quota.end(span);
            spans[span] += sign * Math.max(0, Math.min(end, over) - Math.max(start, begin));
            spans[span] += sign * Math.max(0, Math.min(end - model.steps, over) - begin);
        }
    }

    /** Whether a session of a lane runs at a step. */
    boolean occupies(int lane, int step) {
        Schedule schedule = schedules[lane];
        for (int i = 0; i < schedule.size(); i++) {
            boolean now = schedule.start(i) <= step && step < schedule.end(i);
            if (now || (step + model.steps < schedule.end(i))) {
                return true;
            }
        }
        return false;
    }

    int used(int account, int span) {
        return used[account][span];
    }

    /** Whether what is taken from an account is there. */
    boolean paid(int account) {
        Quota quota = model.quotas.get(account);
        for (int span = 0; span < quota.spans(); span++) {
            if (used[account][span] > quota.budget(span)) {
                return false;
            }
        }
        return true;
    }

    /** How many sessions somebody has to start. */
    int starts() {
        int sum = 0;
        for (Schedule schedule : schedules) {
            sum += schedule.begun();
        }
        return sum;
    }

    /** What a lane's account has left for it, whatever it takes now. */
    int[] left(int lane) {
        Schedule schedule = schedules[lane];
        put(lane, Schedule.EMPTY);
        int account = model.lanes.get(lane).account;
        Quota quota = model.quotas.get(account);
        int[] left = new int[quota.spans()];
        for (int span = 0; span < left.length; span++) {
            left[span] = Math.max(0, quota.budget(span) - used[account][span]);
        }
        put(lane, schedule);
        return left;
    }

    int minimum() {
        int least = Integer.MAX_VALUE;
        for (int t = model.judged; t < coverage.length; t++) {
            least = Math.min(least, coverage[t]);
        }
        return least;
    }

    long shortfall(int[] demand) {
        long sum = 0;
        for (int t = model.judged; t < coverage.length; t++) {
            sum += Math.max(0, demand[t] - coverage[t]);
        }
        return sum;
    }

    /** The worth of all of it. */
    long worth(Worth worth) {
        long sum = worth.covered(coverage);
        for (int lane = 0; lane < schedules.length; lane++) {
            sum -= cost(worth, lane, schedules[lane]);
        }
        return sum;
    }

    private long cost(Worth worth, int lane, Schedule schedule) {
        long cost = 0;
        for (int i = 0; i < schedule.size(); i++) {
            for (int t = schedule.start(i); t < schedule.end(i); t++) {
                cost += worth.occupied(lane, t % model.steps);
            }
        }
        for (int i = 0; i < schedule.size(); i++) {
            cost += schedule.running(i) ? -worth.running() : worth.start(model.lanes.get(lane), schedule.start(i));
        }
        return cost;
    }
}
