package dev.gpupool.planning;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/**
 * Where things lie along the time axis of a drawing.
 *
 * @param request what was planned
 * @param left where time begins, in pixels; names are left of it
 * @param plot how wide the horizon is; quotas are right of it
 * @param right how wide the right column is
 */
record SvgLayout(PlanRequest request, double left, double plot, double right) {
    private static final double NAMES = 150;
    private static final double QUOTAS = 210;
    private static final double SHORT_PLOT = 1_100;
    private static final double LONG_PLOT = 1_680;
    private static final double TICK_LABEL = 44;
    private static final Duration SHORT = Duration.ofHours(49);
    private static final int[] TICKS = {1, 2, 3, 6, 12, 24};

    static SvgLayout of(CoveragePlan plan) {
        PlanRequest request = plan.request();
        return new SvgLayout(request, NAMES, request.length().compareTo(SHORT) < 0 ? SHORT_PLOT : LONG_PLOT, QUOTAS);
    }

    /**
     * A mark of the axis.
     *
     * @param x where
     * @param at the instant
     * @param midnight whether a day begins
     */
    record Tick(double x, Instant at, boolean midnight) {}

    double width() {
        return left + plot + right;
    }

    double end() {
        return left + plot;
    }

    double x(int step) {
        return left + plot * step / request.steps();
    }

    double x(Instant instant) {
        return left
                + plot
                        * Duration.between(request.from(), instant).toMillis()
                        / request.length().toMillis();
    }

    double hourWidth() {
        return plot * Duration.ofHours(1).toMillis() / request.length().toMillis();
    }

    /** Hours of the local clock, as many as have room for a label. */
    List<Tick> ticks() {
        int every = TICKS[TICKS.length - 1];
        for (int i = TICKS.length - 1; i >= 0; i--) {
            if (TICKS[i] * hourWidth() >= TICK_LABEL) {
                every = TICKS[i];
            }
        }
        List<Tick> ticks = new ArrayList<>();
        ZonedDateTime at = request.from().atZone(request.zone()).truncatedTo(ChronoUnit.HOURS);
        Instant end = request.from().plus(request.length());
        for (; !at.toInstant().isAfter(end); at = at.plusHours(1)) {
            boolean midnight = at.toLocalTime().equals(LocalTime.MIDNIGHT);
            if (at.getHour() % every == 0 && !at.toInstant().isBefore(request.from())) {
                ticks.add(new Tick(x(at.toInstant()), at.toInstant(), midnight));
            }
        }
        return ticks;
    }
}
