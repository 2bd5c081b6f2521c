package dev.gpupool.calendar;

import dev.gpupool.planning.CoveragePlan;
import dev.gpupool.planning.PlanRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import net.fortuna.ical4j.model.Calendar;
import net.fortuna.ical4j.model.ComponentList;
import net.fortuna.ical4j.model.Property;
import net.fortuna.ical4j.model.PropertyList;
import net.fortuna.ical4j.model.component.CalendarComponent;
import net.fortuna.ical4j.model.component.VEvent;
import net.fortuna.ical4j.model.property.ProdId;
import net.fortuna.ical4j.model.property.XProperty;
import net.fortuna.ical4j.model.property.immutable.ImmutableCalScale;
import net.fortuna.ical4j.model.property.immutable.ImmutableMethod;
import net.fortuna.ical4j.model.property.immutable.ImmutableVersion;

/**
 * A plan as a calendar (iCalendar, RFC 5545): an event for each session that a person starts, from its start to its end,
 * with a reminder. Pure functions; thread-safe.
 *
 * <p>Times are those of the plan's zone, which the calendar brings along. The sessions of a plan from now on are told
 * by their instants. Those of a cyclic plan of whole days are repeated for ever <em>by the local clock</em>: when the
 * clocks change, the plan moves with the people who start it, and so in the night of the change there is an hour more or
 * less between two sessions than planned.
 */
public final class PlanCalendar {
    private static final Duration DAY = Duration.ofDays(1);

    private PlanCalendar() {}

    /**
     * Makes the calendar.
     *
     * @param plan the plan
     * @param options when, what for and how
     * @return the text of an {@code .ics} file
     * @throws IllegalArgumentException if the plan is cyclic and its cycle is not whole days, which calendars cannot repeat
     */
    public static String ics(CoveragePlan plan, CalendarOptions options) {
        PlanRequest request = Objects.requireNonNull(plan, "plan").request();
        Objects.requireNonNull(options, "options");
        if (request.cyclic() && request.length().toMillis() % DAY.toMillis() != 0) {
            throw new IllegalArgumentException(
                    "plan.length must be whole days for a calendar that repeats, but was " + request.length());
        }
        List<VEvent> events = new Events(plan, options).all();
        List<CalendarComponent> components = new ArrayList<>();
        if (!LocalTimes.isUtc(request.zone())) {
            components.add(ZoneComponent.of(request.zone(), Events.firstDay(plan, options)));
        }
        components.addAll(events);
        List<Property> head = List.of(
                new ProdId("-//gpupool//coverage plan//EN"),
                ImmutableVersion.VERSION_2_0,
                ImmutableCalScale.GREGORIAN,
                ImmutableMethod.PUBLISH,
                new XProperty("X-WR-CALNAME", options.name()));
        return new Calendar(new PropertyList(head), new ComponentList<>(components)).toString();
    }
}
