package dev.gpupool.planning;

import dev.gpupool.spi.internal.Require;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/**
 * A plan as text for people: what it is worth, who is online at which hour, what each account gives, and what a person
 * starts when. Times are those of the plan's zone. Pure functions.
 */
public final class PlanText {
    private static final int MOST_NAMES = 30;
    private static final int CLOCK = 5;
    private static final int CLOCK_AND_OFFSET = 12;

    private PlanText() {}

    /**
     * All of it: the verdict, a table by hour, the accounts and the starts.
     *
     * @param plan the plan
     * @return lines that end with a new line
     */
    public static String of(CoveragePlan plan) {
        Require.notNull("plan", plan);
        StringBuilder out = new StringBuilder(verdict(plan));
        hours(plan, out);
        accounts(plan, out);
        starts(plan, out);
        return out.toString();
    }

    /**
     * What the plan is worth: how many are online, whether the target is met or by how much it is missed, and what is
     * proven.
     *
     * @param plan the plan
     * @return lines that end with a new line
     */
    public static String verdict(CoveragePlan plan) {
        PlanRequest request = Require.notNull("plan", plan).request();
        StringBuilder out = new StringBuilder();
        out.append("Coverage of ").append(PlanWords.count(request.workers().size(), "worker"));
        out.append(" over ").append(PlanWords.horizon(request));
        out.append(", ").append(request.zone()).append('\n');
        out.append("Online: ").append(PlanWords.online(plan)).append('\n');
        if (request.firstJudged() > 0) {
            out.append("Judged from ")
                    .append(PlanWords.moment(request, request.instant(request.firstJudged())))
                    .append(" on: no start that is decided now can count before\n");
        }
        PlanWords.verdict(plan).forEach(sentence -> out.append(sentence).append('\n'));
        return out.toString();
    }

    private static void hours(CoveragePlan plan, StringBuilder out) {
        PlanRequest request = plan.request();
        Presence presence = Presence.of(plan);
        List<PlanHour> hours = PlanHour.of(plan);
        boolean shifts =
                hours.stream().map(hour -> hour.hour().getOffset()).distinct().count() > 1;
        int width = shifts ? CLOCK_AND_OFFSET : CLOCK;
        String day = null;
        for (PlanHour hour : hours) {
            String today = PlanWords.day(request, request.instant(hour.from()));
            if (!today.equals(day)) {
                out.append('\n')
                        .append(today.isEmpty() ? "" : today + "\n")
                        .append(pad("hour", width) + "  online  which\n");
                day = today;
            }
            String clock = PlanWords.time(request, hour.hour().toInstant())
                    + (shifts ? " " + hour.hour().getOffset().getId() : "");
            String online = hour.minimum() == hour.maximum()
                    ? String.valueOf(hour.minimum())
                    : hour.minimum() + "-" + hour.maximum();
            out.append(pad(clock, width)).append("  ").append(pad(online, 6)).append("  ");
            out.append(names(presence.within(hour.from(), hour.to())));
            out.append(hour.met() || request.target() == null ? "\n" : "  << short\n");
        }
    }

    private static String names(Map<String, String> within) {
        if (within.isEmpty()) {
            return "nobody";
        }
        StringJoiner names = new StringJoiner(", ");
        int listed = 0;
        for (Map.Entry<String, String> worker : within.entrySet()) {
            if (listed == MOST_NAMES) {
                names.add("and " + (within.size() - listed) + " more");
                break;
            }
            names.add(worker.getValue().isEmpty() ? worker.getKey() : worker.getKey() + " (" + worker.getValue() + ")");
            listed++;
        }
        return names.toString();
    }

    private static void accounts(CoveragePlan plan, StringBuilder out) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("account", "planned", "safe", "starts"));
        for (AccountHours hours : plan.accounts()) {
            rows.add(List.of(
                    hours.account(),
                    PlanWords.hours(hours.planned()),
                    PlanWords.hours(hours.safe()),
                    String.valueOf(hours.sessions())));
        }
        table(rows, out);
    }

    private static void starts(CoveragePlan plan, StringBuilder out) {
        PlanRequest request = plan.request();
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("start", "worker", "counts from", "ends", "length"));
        for (PlannedSession session : plan.sessions()) {
            rows.add(List.of(
                    session.running() ? "running" : PlanWords.moment(request, session.start()),
                    session.worker(),
                    PlanWords.moment(request, session.coversFrom()),
                    PlanWords.moment(request, session.end()),
                    PlanWords.hours(session.length())));
        }
        table(rows, out);
    }

    private static void table(List<List<String>> rows, StringBuilder out) {
        int[] widths = new int[rows.get(0).size()];
        for (List<String> row : rows) {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        out.append('\n');
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < widths.length; column++) {
                line.append(pad(row.get(column), widths[column])).append("  ");
            }
            out.append(line.toString().stripTrailing()).append('\n');
        }
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }
}
