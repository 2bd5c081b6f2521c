package dev.gpupool.planning;

import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/**
 * The steps of a plan that lie in one hour of its zone. Where the clocks go back, an hour comes twice, with two offsets.
 *
 * @param hour when it begins, by the clock of the zone; in the first, that may be before the plan
 * @param from its first step
 * @param to the step after its last
 * @param minimum the fewest workers that count at one of its steps
 * @param maximum the most
 * @param met whether every step that is judged has as many as are wanted
 */
record PlanHour(OffsetDateTime hour, int from, int to, int minimum, int maximum, boolean met) {
    static List<PlanHour> of(CoveragePlan plan) {
        PlanRequest request = plan.request();
        List<PlanHour> hours = new ArrayList<>();
        int from = 0;
        for (int step = 1; step <= request.steps(); step++) {
            if (step == request.steps() || !hour(request, step).equals(hour(request, from))) {
                hours.add(hour(plan, from, step));
                from = step;
            }
        }
        return hours;
    }

    private static OffsetDateTime hour(PlanRequest request, int step) {
        return request.instant(step).atZone(request.zone()).toOffsetDateTime().truncatedTo(ChronoUnit.HOURS);
    }

    private static PlanHour hour(CoveragePlan plan, int from, int to) {
        int minimum = Integer.MAX_VALUE;
        int maximum = 0;
        boolean met = true;
        for (int step = from; step < to; step++) {
            int online = plan.coverage().get(step);
            minimum = Math.min(minimum, online);
            maximum = Math.max(maximum, online);
            met &= step < plan.request().firstJudged()
                    || online >= plan.request().demand(step);
        }
        return new PlanHour(hour(plan.request(), from), from, to, minimum, maximum, met);
    }
}
