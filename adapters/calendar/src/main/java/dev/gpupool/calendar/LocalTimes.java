package dev.gpupool.calendar;

import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import net.fortuna.ical4j.model.ParameterList;
import net.fortuna.ical4j.model.parameter.TzId;
import net.fortuna.ical4j.model.property.DtEnd;
import net.fortuna.ical4j.model.property.DtStart;

/**
 * Instants as a calendar writes them. Local times are handed over as text: the calendar library would look a zone up in
 * rules of its own, which are older or newer than the JDK's, and write another time.
 */
final class LocalTimes {
    private static final DateTimeFormatter TEXT = DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss");

    private LocalTimes() {}

    /** Zones without a name of their own are told in UTC. */
    static boolean isUtc(ZoneId zone) {
        return zone instanceof ZoneOffset || zone.normalized().equals(ZoneOffset.UTC);
    }

    static DtStart<?> start(ZonedDateTime at) {
        return isToldLocally(at) ? new DtStart<>(zone(at), TEXT.format(at)) : new DtStart<>(at.toInstant());
    }

    static DtEnd<?> end(ZonedDateTime at) {
        return isToldLocally(at) ? new DtEnd<>(zone(at), TEXT.format(at)) : new DtEnd<>(at.toInstant());
    }

    /**
     * Where the clocks go back, a local time comes twice, and in a calendar means the first (RFC 5545, 3.3.5); the second
     * can only be told in UTC.
     */
    private static boolean isToldLocally(ZonedDateTime at) {
        return !isUtc(at.getZone()) && at.withEarlierOffsetAtOverlap().equals(at);
    }

    private static ParameterList zone(ZonedDateTime at) {
        return new ParameterList(List.of(new TzId(at.getZone().getId())));
    }
}
