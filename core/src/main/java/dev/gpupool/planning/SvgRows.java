package dev.gpupool.planning;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A row a worker, by provider. */
final class SvgRows {
    private static final double ROW = 26;
    private static final double BAR = 18;
    private static final double HEAD = 26;
    private static final double QUOTA = 64;
    private static final int NAME = 18;

    private final PlanRequest request;
    private final SvgLayout layout;
    private final SvgText out;
    private final Map<String, List<PlannedSession>> sessions = new TreeMap<>();
    private final Map<String, AccountHours> accounts = new TreeMap<>();
    private final Map<String, String> firstOf = new TreeMap<>();

    SvgRows(CoveragePlan plan, SvgLayout layout, SvgText out) {
        this.request = plan.request();
        this.layout = layout;
        this.out = out;
        plan.sessions()
                .forEach(session -> sessions.computeIfAbsent(session.worker(), worker -> new ArrayList<>())
                        .add(session));
        plan.accounts().forEach(account -> accounts.put(account.account(), account));
    }

    /** Draws them and returns where they end. */
    double draw(double top) {
        TreeMap<String, List<PlanWorker>> providers = new TreeMap<>();
        for (PlanWorker worker : request.workers()) {
            providers
                    .computeIfAbsent(worker.provider(), provider -> new ArrayList<>())
                    .add(worker);
        }
        double y = top + 8;
        int provider = 0;
        for (Map.Entry<String, List<PlanWorker>> group : providers.entrySet()) {
            int colour = provider++ % SvgText.PROVIDERS;
            out.box(20, y + 7, 12, 12, "f" + colour, "");
            out.text(38, y + 18, "g", group.getKey());
            if (provider == 1) {
                out.text(layout.end() + 12, y + 18, "s dim", "planned of safe hours, starts");
            }
            y += HEAD;
            y = rows(group.getValue(), colour, y);
        }
        return legend(y);
    }

    private double rows(List<PlanWorker> workers, int colour, double top) {
        double bottom = top + workers.size() * ROW;
        for (int i = 0; i < workers.size(); i++) {
            double y = top + i * ROW;
            if (i % 2 == 0) {
                out.box(layout.left(), y, layout.plot(), ROW, "band", "");
            }
            windows(workers.get(i), y);
        }
        for (SvgLayout.Tick tick : layout.ticks()) {
            out.line(tick.x(), top, tick.x(), bottom, tick.midnight() ? "day" : "line");
        }
        for (int i = 0; i < workers.size(); i++) {
            row(workers.get(i), colour, top + i * ROW);
        }
        return bottom;
    }

    private void row(PlanWorker worker, int colour, double y) {
        String name = worker.name();
        out.text(layout.left() - 8, y + 17, "e", name.length() > NAME ? name.substring(0, NAME - 1) + "…" : name);
        List<PlannedSession> own = sessions.getOrDefault(name, List.of());
        own.forEach(session -> session(session, colour, y + (ROW - BAR) / 2));
        quota(worker, own, colour, y);
    }

    private void quota(PlanWorker worker, List<PlannedSession> own, int colour, double y) {
        double x = layout.end() + 12;
        String first = firstOf.putIfAbsent(worker.accountKey(), worker.name());
        AccountHours hours = accounts.get(worker.accountKey());
        if (first != null || hours == null) {
            out.text(x, y + 17, "s dim", first == null ? "" : "the account of " + first);
            return;
        }
        double safe = Math.max(1, hours.safe().toMillis());
        double part = Math.min(1, hours.planned().toMillis() / safe);
        out.box(
                x,
                y + 8,
                QUOTA,
                10,
                "open",
                hours.account() + ": " + PlanWords.hours(hours.planned()) + " of " + PlanWords.hours(hours.safe()));
        out.box(x, y + 8, QUOTA * part, 10, "f" + colour, "");
        long starts = own.stream().filter(session -> !session.running()).count();
        String planned = PlanWords.hours(hours.planned()).replace(" h", "");
        out.text(x + QUOTA + 8, y + 17, "s", planned + " of " + PlanWords.hours(hours.safe()) + ", " + starts + "×");
    }

    private void session(PlannedSession session, int colour, double y) {
        Instant end = request.from().plus(request.length());
        String words = session.worker() + ": " + (session.running() ? "running" : "start " + moment(session.start()))
                + ", counts from " + moment(session.coversFrom()) + ", ends " + moment(session.end()) + ", "
                + PlanWords.hours(session.length());
        piece(session.start(), session.coversFrom(), session.end(), colour, y, words);
        if (request.cyclic() && session.end().isAfter(end)) {
            piece(
                    session.start().minus(request.length()),
                    session.coversFrom().minus(request.length()),
                    session.end().minus(request.length()),
                    colour,
                    y,
                    words);
        }
        label(session, colour, y);
        if (!session.running()) {
            out.line(layout.x(session.start()), y - 2, layout.x(session.start()), y + BAR + 2, "start");
        }
    }

    /** What of a session lies within the horizon. */
    private void piece(Instant start, Instant covers, Instant end, int colour, double y, String words) {
        double from = Math.max(layout.left(), layout.x(start));
        double counts = Math.min(layout.end(), Math.max(from, layout.x(covers)));
        double to = Math.min(layout.end(), layout.x(end));
        if (counts > from) {
            out.hatched(from, y, counts - from, BAR, "f" + colour, words);
        }
        out.box(counts, y, to - counts, BAR, "f" + colour, words);
    }

    /** When it starts and ends, as far as there is room in the bar. */
    private void label(PlannedSession session, int colour, double y) {
        double from = layout.x(session.coversFrom());
        double to = Math.min(layout.end(), layout.x(session.end()));
        String start = session.running() ? "running" : PlanWords.time(request, session.start());
        String end = PlanWords.time(request, session.end());
        String words = fitting(to - from, start + " to " + end, start);
        if (words != null) {
            out.text(from + 4, y + 13, "s t" + colour, words);
        }
        String until = fitting(layout.x(session.end()) - layout.end(), "until " + end);
        if (request.cyclic() && until != null) {
            out.text(layout.left() + 4, y + 13, "s t" + colour, until);
        }
    }

    private static @Nullable String fitting(double width, String... words) {
        for (String each : words) {
            if (each.length() * 6.3 + 6 <= width) {
                return each;
            }
        }
        return null;
    }

    /** Bands where a person may start it; none where that is always. */
    private void windows(PlanWorker worker, double y) {
        if (worker.windows().isEmpty()) {
            return;
        }
        int from = -1;
        for (int step = 0; step <= request.steps(); step++) {
            Instant at = request.instant(step);
            boolean open = step < request.steps() && worker.windows().stream().anyMatch(window -> window.holds(at));
            if (open && from < 0) {
                from = step;
            } else if (!open && from >= 0) {
                out.box(
                        layout.x(from),
                        y,
                        layout.x(step) - layout.x(from),
                        ROW,
                        "open",
                        worker.name() + ": may be started from " + moment(request.instant(from)) + " to " + moment(at));
                from = -1;
            }
        }
    }

    private double legend(double top) {
        for (SvgLayout.Tick tick : layout.ticks()) {
            out.text(tick.x(), top + 16, "n dim", PlanWords.time(request, tick.at()));
        }
        double y = top + 30;
        double x = layout.left();
        out.line(x, y - 2, x, y + 14, "start");
        out.text(x + 8, y + 11, "s dim", "a start");
        x += 70;
        if (!request.handOver().isZero()) {
            out.hatched(x, y, 24, 12, "f0", "");
            out.text(x + 32, y + 11, "s dim", "hands over: costs quota, does not count yet");
            x += 290;
        }
        if (request.workers().stream().anyMatch(worker -> !worker.windows().isEmpty())) {
            out.box(x, y, 24, 12, "open", "");
            out.text(x + 32, y + 11, "s dim", "may be started");
            x += 140;
        }
        if (request.cyclic()) {
            out.text(x, y + 11, "s dim", "What runs out of the right edge comes in at the left: the cycle repeats.");
        }
        return y + 28;
    }

    private String moment(Instant instant) {
        return PlanWords.moment(request, instant);
    }
}
