package dev.gpupool.planning;

import java.util.List;
import java.util.function.IntUnaryOperator;

/** The axis, how many are online as a curve against the target, and a number for each hour. */
final class SvgStrip {
    private static final double CHART = 96;
    private static final double CELL = 20;
    private static final double DIGIT = 6.4;
    private static final double DAY_LABEL = 72;

    private final CoveragePlan plan;
    private final PlanRequest request;
    private final SvgLayout layout;
    private final SvgText out;

    SvgStrip(CoveragePlan plan, SvgLayout layout, SvgText out) {
        this.plan = plan;
        this.request = plan.request();
        this.layout = layout;
        this.out = out;
    }

    /** Draws it and returns where it ends. */
    double draw(double top) {
        boolean days = !PlanWords.day(request, request.from()).isEmpty();
        double chart = top + (days ? 36 : 20);
        axis(chart - 36, days);
        chart(chart);
        numbers(chart + CHART + 4);
        return chart + CHART + 4 + CELL;
    }

    private void axis(double top, boolean days) {
        double next = 0;
        for (SvgLayout.Tick tick : layout.ticks()) {
            boolean last = tick.x() > layout.end() - 1;
            out.text(tick.x(), top + 30, "n dim", PlanWords.time(request, tick.at()));
            if (days && !last && (tick.midnight() || tick.x() < layout.left() + 1) && tick.x() >= next) {
                out.text(tick.x() + 2, top + 12, "g", PlanWords.day(request, tick.at()));
                next = tick.x() + DAY_LABEL;
            }
        }
        if (days && next == 0) {
            out.text(layout.left(), top + 12, "g", PlanWords.day(request, request.from()));
        }
    }

    private void chart(double top) {
        int most = 1;
        for (int step = 0; step < request.steps(); step++) {
            most = Math.max(most, plan.coverage().get(step));
        }
        if (request.target() != null) {
            most = Math.max(most, request.target().highest());
        }
        double unit = (CHART - 8) / most;
        double floor = top + CHART;
        int every = Math.max(1, (int) Math.ceil(14 / unit));
        for (int level = 0; level <= most; level += every) {
            out.line(layout.left(), floor - level * unit, layout.end(), floor - level * unit, "line");
            out.text(layout.left() - 8, floor - level * unit + 4, "e s dim", String.valueOf(level));
        }
        out.text(20, top + 12, "g", "Online");
        String curve = steps(plan.coverage()::get, floor, unit);
        out.path(
                "M" + SvgText.number(layout.left()) + " " + SvgText.number(floor) + "L" + curve.substring(1) + "V"
                        + SvgText.number(floor) + "Z",
                "area");
        out.path(curve, "edge");
        unjudged(top);
        double x = layout.end() + 12;
        if (request.target() != null) {
            out.path(steps(request::demand, floor, unit), "want");
            out.line(x, top + 16, x + 30, top + 16, "want");
            out.text(x + 36, top + 20, "a", "target " + PlanWords.target(request.target()));
        }
        out.line(x, top + 36, x + 30, top + 36, "edge");
        out.text(x + 36, top + 40, "", "online");
        out.text(x, top + 62, "b", "min " + plan.minimum() + ", max " + plan.maximum());
        out.text(x, top + 80, "", "mean " + PlanWords.number(plan.mean()));
    }

    private void unjudged(double top) {
        int first = request.firstJudged();
        if (first > 0) {
            out.hatched(
                    layout.left(),
                    top,
                    layout.x(first) - layout.left(),
                    CHART,
                    "open",
                    "Not judged: no start that is decided now can count here");
        }
    }

    /** A path that goes in steps, beginning with a move. */
    private String steps(IntUnaryOperator level, double floor, double unit) {
        StringBuilder path = new StringBuilder();
        int last = Integer.MIN_VALUE;
        for (int step = 0; step < request.steps(); step++) {
            int value = level.applyAsInt(step);
            if (value != last) {
                if (path.length() == 0) {
                    path.append('M').append(SvgText.number(layout.left())).append(' ');
                } else {
                    path.append('H').append(SvgText.number(layout.x(step))).append('V');
                }
                path.append(SvgText.number(floor - value * unit));
                last = value;
            }
        }
        return path.append('H').append(SvgText.number(layout.end())).toString();
    }

    /** A number for each hour; where there is no room for that, one for each run of hours that have the same. */
    private void numbers(double top) {
        List<PlanHour> hours = PlanHour.of(plan);
        boolean target = request.target() != null;
        boolean each = String.valueOf(plan.maximum()).length() * DIGIT + 2 <= layout.hourWidth();
        out.text(20, top + 14, "s dim", "fewest in the hour");
        for (int from = 0; from < hours.size(); ) {
            int to = from + 1;
            while (!each && to < hours.size() && same(hours.get(from), hours.get(to))) {
                to++;
            }
            PlanHour hour = hours.get(from);
            double x = layout.x(hour.from());
            double width = layout.x(hours.get(to - 1).to()) - x;
            boolean low = target && !hour.met();
            String number = String.valueOf(hour.minimum());
            out.box(x + 0.5, top, width - 1, CELL, low ? "low" : "cell", "");
            if (number.length() * DIGIT <= width) {
                out.text(x + width / 2, top + 14, low ? "n a b" : "n", number);
            }
            from = to;
        }
        if (target) {
            out.box(layout.end() + 12, top + 4, 12, 12, "low", "");
            out.text(layout.end() + 30, top + 14, "s", "below the target");
        }
    }

    private static boolean same(PlanHour one, PlanHour other) {
        return one.minimum() == other.minimum() && one.met() == other.met();
    }
}
