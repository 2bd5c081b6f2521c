package dev.gpupool.calendar;

import biweekly.Biweekly;
import biweekly.ICalendar;
import biweekly.component.VEvent;
import biweekly.io.TimezoneAssignment;
import biweekly.property.DateOrDateTimeProperty;
import biweekly.util.DateTimeComponents;
import java.io.StringReader;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.Temporal;
import java.util.ArrayList;
import java.util.Date;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.TimeZone;
import java.util.TreeMap;
import net.fortuna.ical4j.data.CalendarBuilder;
import net.fortuna.ical4j.model.Calendar;
import net.fortuna.ical4j.model.Component;
import net.fortuna.ical4j.model.Period;
import net.fortuna.ical4j.model.Property;
import net.fortuna.ical4j.model.component.Observance;
import net.fortuna.ical4j.model.component.VTimeZone;
import net.fortuna.ical4j.model.property.DtStart;
import net.fortuna.ical4j.model.property.RDate;
import net.fortuna.ical4j.model.property.RRule;
import net.fortuna.ical4j.model.property.TzOffsetFrom;
import net.fortuna.ical4j.model.property.TzOffsetTo;

/**
 * What two programs make of a calendar: the library that wrote it, and one that shares nothing with it and takes the
 * zones from the calendar alone.
 */
final class Readers {
    /** Its cache of zones needs another library unless it is told to use a map. */
    private static final String CACHE = "net.fortuna.ical4j.timezone.cache.impl";

    private Readers() {}

    /** When which event takes place, as {@code start/end}, until an instant. */
    static TreeMap<String, List<String>> byWriter(String ics, Instant until) throws Exception {
        System.setProperty(CACHE, "net.fortuna.ical4j.util.MapTimeZoneCache");
        Calendar calendar = new CalendarBuilder().build(new StringReader(ics));
        calendar.validate(true);
        TreeMap<String, List<String>> times = new TreeMap<>();
        for (net.fortuna.ical4j.model.component.VEvent event :
                calendar.<net.fortuna.ical4j.model.component.VEvent>getComponents(Component.VEVENT)) {
            String uid = event.getUid().orElseThrow().getValue();
            Temporal start =
                    Objects.requireNonNull(event.<Temporal>getDateTimeStart()).getDate();
            List<String> found = times.computeIfAbsent(uid, each -> new ArrayList<>());
            if (start instanceof ZonedDateTime local) {
                Period<Temporal> all = new Period<>(local, until.atZone(local.getZone()));
                for (Period<? extends Temporal> each : event.calculateRecurrenceSet(all)) {
                    found.add(Instant.from(each.getStart()) + "/" + Instant.from(each.getEnd()));
                }
            } else {
                found.add(Instant.from(start) + "/"
                        + Instant.from(Objects.requireNonNull(event.<Temporal>getDateTimeEnd())
                                .getDate()));
            }
        }
        return times;
    }

    static TreeMap<String, List<String>> byOther(String ics, Instant until) {
        ICalendar calendar = Biweekly.parse(ics).first();
        TreeMap<String, List<String>> times = new TreeMap<>();
        for (VEvent event : calendar.getEvents()) {
            TimeZone zone = calendar.getTimezoneInfo().getTimezone(event.getDateStart()) == null
                    ? TimeZone.getTimeZone("UTC")
                    : calendar.getTimezoneInfo()
                            .getTimezone(event.getDateStart())
                            .getTimeZone();
            if (event.getRecurrenceRule() == null) {
                times.computeIfAbsent(event.getUid().getValue(), each -> new ArrayList<>())
                        .add(instant(calendar, event.getDateStart()) + "/" + instant(calendar, event.getDateEnd()));
                continue;
            }
            long length = event.getDateEnd().getValue().getTime()
                    - event.getDateStart().getValue().getTime();
            List<String> found = times.computeIfAbsent(event.getUid().getValue(), each -> new ArrayList<>());
            Iterator<Date> dates = event.getDateIterator(zone);
            while (dates.hasNext()) {
                Instant start = dates.next().toInstant();
                if (!start.isBefore(until)) {
                    break;
                }
                found.add(start + "/" + start.plusMillis(length));
            }
        }
        return times;
    }

    /**
     * By the name of the zone, as most programs do it: what the library itself makes of a zone's component is an hour off
     * in the hours around a change of the clocks, also where the component is the one that RFC 5545 prints.
     */
    private static Instant instant(ICalendar calendar, DateOrDateTimeProperty property) {
        DateTimeComponents raw = property.getValue().getRawComponents();
        LocalDateTime local = LocalDateTime.of(
                raw.getYear(), raw.getMonth(), raw.getDate(), raw.getHour(), raw.getMinute(), raw.getSecond());
        if (raw.isUtc()) {
            return local.toInstant(ZoneOffset.UTC);
        }
        TimezoneAssignment zone = calendar.getTimezoneInfo().getTimezone(property);
        return local.atZone(ZoneId.of(zone.getComponent().getTimezoneId().getValue()))
                .toInstant();
    }

    /** The offset at an instant by the zone that a calendar brings along: that of the latest onset (RFC 5545, 3.6.5). */
    static ZoneOffset offset(VTimeZone zone, Instant at) {
        TreeMap<Instant, ZoneOffset> onsets = new TreeMap<>();
        for (Observance observance : zone.getObservances()) {
            ZoneOffset from = observance
                    .<TzOffsetFrom>getRequiredProperty(Property.TZOFFSETFROM)
                    .getOffset();
            ZoneOffset to = observance
                    .<TzOffsetTo>getRequiredProperty(Property.TZOFFSETTO)
                    .getOffset();
            for (LocalDateTime local :
                    locals(observance, LocalDateTime.ofInstant(at, from).plusDays(1))) {
                onsets.put(local.toInstant(from), to);
            }
        }
        return Objects.requireNonNull(onsets.floorEntry(at)).getValue();
    }

    private static List<LocalDateTime> locals(Observance observance, LocalDateTime until) {
        LocalDateTime first = observance
                .<DtStart<LocalDateTime>>getRequiredProperty(Property.DTSTART)
                .getDate();
        List<LocalDateTime> locals = new ArrayList<>(List.of(first));
        observance
                .<RRule<LocalDateTime>>getProperty(Property.RRULE)
                .ifPresent(rule -> locals.addAll(rule.getRecur().getDates(first, first, until)));
        observance
                .<RDate<LocalDateTime>>getProperty(Property.RDATE)
                .ifPresent(dates -> locals.addAll(dates.getDates()));
        return locals;
    }
}
