package dev.gpupool.calendar;

import dev.gpupool.planning.CoveragePlan;
import dev.gpupool.planning.PlanRequest;
import dev.gpupool.planning.PlanWorker;
import dev.gpupool.planning.PlannedSession;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import net.fortuna.ical4j.model.ComponentList;
import net.fortuna.ical4j.model.Property;
import net.fortuna.ical4j.model.PropertyList;
import net.fortuna.ical4j.model.component.VAlarm;
import net.fortuna.ical4j.model.component.VEvent;
import net.fortuna.ical4j.model.property.Description;
import net.fortuna.ical4j.model.property.DtStamp;
import net.fortuna.ical4j.model.property.RRule;
import net.fortuna.ical4j.model.property.Sequence;
import net.fortuna.ical4j.model.property.Summary;
import net.fortuna.ical4j.model.property.Trigger;
import net.fortuna.ical4j.model.property.Uid;
import net.fortuna.ical4j.model.property.immutable.ImmutableAction;
import net.fortuna.ical4j.model.property.immutable.ImmutableStatus;
import net.fortuna.ical4j.model.property.immutable.ImmutableTransp;

/**
 * The events of a plan. An event is known by its worker and which start of its day it is, or of the cycle: a start that
 * moves within its day stays the same event.
 */
final class Events {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("EEE HH:mm", Locale.ENGLISH);
    private static final long WEEK = 7;

    private final PlanRequest request;
    private final CalendarOptions options;
    private final ZoneId zone;
    private final Map<String, PlanWorker> workers = new TreeMap<>();
    private final Map<String, PlannedSession> planned;
    private final Map<String, PlannedSession> gone;
    private final long days;

    Events(CoveragePlan plan, CalendarOptions options) {
        this.request = plan.request();
        this.options = options;
        this.zone = LocalTimes.isUtc(request.zone()) ? java.time.ZoneOffset.UTC : request.zone();
        this.days = request.length().toDays();
        request.workers().forEach(worker -> workers.put(worker.name(), worker));
        this.planned = named(plan.sessions());
        this.gone = new TreeMap<>(named(options.previous().stream()
                .filter(session -> request.cyclic() || !session.start().isBefore(request.from()))
                .toList()));
        this.gone.keySet().removeAll(planned.keySet());
    }

    List<VEvent> all() {
        List<VEvent> events = new ArrayList<>();
        planned.forEach((uid, session) -> events.add(event(uid, session, false)));
        gone.forEach((uid, session) -> events.add(event(uid, session, true)));
        return events;
    }

    /** When the calendar's first cycle, or the plan, begins. */
    static ZonedDateTime firstDay(CoveragePlan plan, CalendarOptions options) {
        return shifted(
                plan.request(),
                options,
                plan.request().from().atZone(plan.request().zone()));
    }

    private Map<String, PlannedSession> named(List<PlannedSession> sessions) {
        Map<String, PlannedSession> named = new TreeMap<>();
        sessions.stream()
                .filter(session -> !session.running())
                .sorted(Comparator.comparing(PlannedSession::start))
                .forEach(session -> {
                    String day = request.cyclic() ? "cycle" : day(session).toString();
                    int number = 1;
                    while (named.containsKey(uid(session, day, number))) {
                        number++;
                    }
                    named.put(uid(session, day, number), session);
                });
        return named;
    }

    private LocalDate day(PlannedSession session) {
        return session.start().atZone(zone).toLocalDate();
    }

    private String uid(PlannedSession session, String day, int number) {
        return session.worker().replace("@", "=40") + "." + day + "." + number + "." + options.name() + "@gpupool";
    }

    private VEvent event(String uid, PlannedSession session, boolean cancelled) {
        ZonedDateTime start = shifted(request, options, session.start().atZone(zone));
        ZonedDateTime end = start.toInstant().plus(session.length()).atZone(zone);
        List<Property> properties = new ArrayList<>(List.of(
                new Uid(uid),
                new DtStamp(options.stamp()),
                new Sequence(options.sequence()),
                LocalTimes.start(start),
                LocalTimes.end(end),
                new Summary("Start " + session.worker()),
                new Description(words(session)),
                ImmutableTransp.TRANSPARENT,
                cancelled ? ImmutableStatus.VEVENT_CANCELLED : ImmutableStatus.VEVENT_CONFIRMED));
        if (request.cyclic()) {
            properties.add(new RRule<ZonedDateTime>(
                    days % WEEK == 0 ? "FREQ=WEEKLY" + interval(days / WEEK) : "FREQ=DAILY" + interval(days)));
        }
        List<VAlarm> alarms = cancelled ? List.of() : List.of(alarm(session));
        return new VEvent(new PropertyList(properties), new ComponentList<>(alarms));
    }

    private static String interval(long every) {
        return every == 1 ? "" : ";INTERVAL=" + every;
    }

    private VAlarm alarm(PlannedSession session) {
        return new VAlarm(new PropertyList(List.of(
                ImmutableAction.DISPLAY,
                new Trigger(options.reminder().negated()),
                new Description("Start " + session.worker()))));
    }

    private String words(PlannedSession session) {
        PlanWorker worker = workers.get(session.worker());
        Duration handOver = Duration.between(session.start(), session.coversFrom());
        return "Start " + session.worker() + (worker == null ? "" : " (" + worker.accountKey() + ")")
                + ", which runs for "
                + hours(session.length())
                + (handOver.isZero() ? "" : " and counts " + handOver.toMinutes() + " min later")
                + ". It ends " + TIME.format(session.end().atZone(zone)) + ".";
    }

    private static String hours(Duration length) {
        return length.toHours() + " h" + (length.toMinutesPart() == 0 ? "" : " " + length.toMinutesPart() + " min");
    }

    /** By whole cycles of local time, so that a Tuesday at 07:30 stays one. */
    private static ZonedDateTime shifted(PlanRequest request, CalendarOptions options, ZonedDateTime at) {
        Instant begin = options.begin();
        if (!request.cyclic() || begin == null) {
            return at;
        }
        ZonedDateTime from = request.from().atZone(request.zone());
        LocalDateTime wanted = begin.atZone(request.zone()).toLocalDateTime();
        long length = request.length().toDays();
        long cycles = Math.floorDiv(ChronoUnit.DAYS.between(from.toLocalDateTime(), wanted), length);
        while (from.plusDays(cycles * length).toInstant().isBefore(begin)) {
            cycles++;
        }
        return at.plusDays(cycles * length);
    }
}
