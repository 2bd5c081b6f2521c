package dev.gpupool.calendar;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.fortuna.ical4j.model.ComponentList;
import net.fortuna.ical4j.model.DateList;
import net.fortuna.ical4j.model.Property;
import net.fortuna.ical4j.model.PropertyList;
import net.fortuna.ical4j.model.component.Daylight;
import net.fortuna.ical4j.model.component.Observance;
import net.fortuna.ical4j.model.component.Standard;
import net.fortuna.ical4j.model.component.VTimeZone;
import net.fortuna.ical4j.model.property.DtStart;
import net.fortuna.ical4j.model.property.RDate;
import net.fortuna.ical4j.model.property.RRule;
import net.fortuna.ical4j.model.property.TzId;
import net.fortuna.ical4j.model.property.TzOffsetFrom;
import net.fortuna.ical4j.model.property.TzOffsetTo;

/**
 * The zone that a calendar brings along, made of what the JDK knows of it, so that a calendar and its plan cannot differ:
 *
 * <ol>
 *   <li>The changes of the offset are listed from a year before the plan to 30 years after, and sorted by which offset
 *       they leave and which they reach.
 *   <li>Those of a kind that come once a year, in the same month, at the same time, on the same weekday, and always the
 *       n-th or always the last of the month, become a yearly rule. Others are listed.
 *   <li>If the first change comes after the plan's first day, or there is none, the offset before it is told too.
 * </ol>
 */
final class ZoneComponent {
    private static final int YEARS = 30;

    private ZoneComponent() {}

    static VTimeZone of(ZoneId zone, ZonedDateTime first) {
        ZoneRules rules = zone.getRules();
        Instant from = first.minusYears(1).toInstant();
        Instant to = first.plusYears(YEARS).toInstant();
        TreeMap<String, List<ZoneOffsetTransition>> kinds = new TreeMap<>();
        List<Observance> observances = new ArrayList<>();
        ZoneOffsetTransition next = rules.nextTransition(from);
        if (next == null || next.getInstant().isAfter(first.toInstant())) {
            ZoneOffset offset = rules.getOffset(from);
            LocalDateTime local = LocalDateTime.ofInstant(from, offset);
            observances.add(observance(rules.isDaylightSavings(from), local, offset, offset, List.of()));
        }
        for (; next != null && next.getInstant().isBefore(to); next = rules.nextTransition(next.getInstant())) {
            kinds.computeIfAbsent(next.getOffsetBefore() + " " + next.getOffsetAfter(), kind -> new ArrayList<>())
                    .add(next);
        }
        for (Map.Entry<String, List<ZoneOffsetTransition>> kind : kinds.entrySet()) {
            observances.add(observance(rules, kind.getValue()));
        }
        return new VTimeZone(new PropertyList(List.of(new TzId(zone.getId()))), new ComponentList<>(observances));
    }

    private static Observance observance(ZoneRules rules, List<ZoneOffsetTransition> changes) {
        ZoneOffsetTransition first = changes.get(0);
        List<Property> repeats = new ArrayList<>();
        if (isYearly(changes)) {
            repeats.add(new RRule<LocalDateTime>("FREQ=YEARLY;BYMONTH="
                    + first.getDateTimeBefore().getMonthValue() + ";BYDAY=" + number(changes)
                    + weekday(first.getDateTimeBefore().getDayOfWeek())));
        } else if (changes.size() > 1) {
            repeats.add(new RDate<>(new DateList<>(changes.stream()
                    .skip(1)
                    .map(ZoneOffsetTransition::getDateTimeBefore)
                    .toList())));
        }
        return observance(
                rules.isDaylightSavings(first.getInstant()),
                first.getDateTimeBefore(),
                first.getOffsetBefore(),
                first.getOffsetAfter(),
                repeats);
    }

    private static Observance observance(
            boolean daylight, LocalDateTime start, ZoneOffset before, ZoneOffset after, List<Property> repeats) {
        List<Property> properties =
                new ArrayList<>(List.of(new DtStart<>(start), new TzOffsetFrom(before), new TzOffsetTo(after)));
        properties.addAll(repeats);
        PropertyList list = new PropertyList(properties);
        return daylight ? new Daylight(list) : new Standard(list);
    }

    private static boolean isYearly(List<ZoneOffsetTransition> changes) {
        LocalDateTime first = changes.get(0).getDateTimeBefore();
        for (int i = 1; i < changes.size(); i++) {
            LocalDateTime each = changes.get(i).getDateTimeBefore();
            if (each.getYear() != first.getYear() + i
                    || each.getMonth() != first.getMonth()
                    || each.getDayOfWeek() != first.getDayOfWeek()
                    || !each.toLocalTime().equals(first.toLocalTime())) {
                return false;
            }
        }
        return changes.size() >= YEARS - 1 && number(changes) != 0;
    }

    /** Which weekday of the month it always is: -1 for the last, 0 for none. */
    private static int number(List<ZoneOffsetTransition> changes) {
        if (changes.stream().allMatch(change -> isLast(date(change)))) {
            return -1;
        }
        int first = nth(date(changes.get(0)));
        return changes.stream().allMatch(change -> nth(date(change)) == first) ? first : 0;
    }

    private static LocalDate date(ZoneOffsetTransition change) {
        return change.getDateTimeBefore().toLocalDate();
    }

    private static boolean isLast(LocalDate date) {
        return date.getDayOfMonth() + DayOfWeek.values().length > date.lengthOfMonth();
    }

    private static int nth(LocalDate date) {
        return (date.getDayOfMonth() - 1) / DayOfWeek.values().length + 1;
    }

    private static String weekday(DayOfWeek day) {
        return day.name().substring(0, 2);
    }
}
