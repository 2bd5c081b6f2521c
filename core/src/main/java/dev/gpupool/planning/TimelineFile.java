package dev.gpupool.planning;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/** Reads a timeline: sessions of a day, by local time. */
final class TimelineFile {
    private static final Duration DAY = Duration.ofDays(1);

    /** Any day whose clocks do not change: a timeline has times of day, and no date. */
    private static final LocalDate DATE = LocalDate.of(2026, 11, 30);

    private TimelineFile() {}

    static Timeline read(Fields in) {
        ZoneId zone = in.zone("zone");
        Duration step = in.has("stepMinutes") ? in.minutes("stepMinutes") : PlanRequest.DEFAULT_STEP;
        Duration handOver = in.has("handOverMinutes") ? in.minutes("handOverMinutes") : Duration.ZERO;
        Instant from = DATE.atStartOfDay(zone).toInstant();
        List<PlannedSession> sessions = new ArrayList<>();
        for (Fields each : in.objects("sessions")) {
            String worker = each.text("worker");
            LocalTime time = PlanReader.time(each, "start");
            Duration length = each.hours("hours");
            each.end();
            Instant start = from.plusNanos(time.toNanoOfDay());
            if (length.compareTo(handOver) <= 0) {
                throw each.wrong("hours", "longer than the hand-over of " + handOver);
            }
            sessions.add(each.make(
                    () -> new PlannedSession(worker, start, start.plus(handOver), start.plus(length), false)));
        }
        in.end();
        return in.make(() -> Timeline.measure(sessions, from, DAY, step));
    }
}
