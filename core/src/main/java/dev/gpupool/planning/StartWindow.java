package dev.gpupool.planning;

import dev.gpupool.spi.internal.Require;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.EnumSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * Hours of the day at which a session may be started, such as 07:00 to 23:30 in America/Sao_Paulo, since a person clicks
 * Run All. It limits starts, not ends. Immutable.
 *
 * @param from the first local time at which a start is possible
 * @param to the local time from which on it is not; at or before {@code from} the window runs over midnight, and belongs
 *     to the day on which it began
 * @param zone the zone of both; local times follow its changes of offset
 * @param days the days on which the window begins
 */
public record StartWindow(LocalTime from, LocalTime to, ZoneId zone, Set<DayOfWeek> days) {
    /**
     * Checks that some moment lies in it, and copies the days.
     *
     * @throws IllegalArgumentException if it ends when it begins, or names no day
     */
    public StartWindow {
        Require.notNull("startWindow.from", from);
        Require.notNull("startWindow.to", to);
        Require.notNull("startWindow.zone", zone);
        if (from.equals(to)) {
            throw new IllegalArgumentException("startWindow.to must differ from startWindow.from, but both were " + from
                    + ": leave the window out");
        }
        if (Require.notNull("startWindow.days", days).isEmpty()) {
            throw new IllegalArgumentException("startWindow.days must name at least one day, but was empty");
        }
        days = java.util.Collections.unmodifiableSet(new TreeSet<>(days));
    }

    /**
     * A window of every day.
     *
     * @param from the first local time at which a start is possible
     * @param to the local time from which on it is not
     * @param zone the zone of both
     * @return the window
     * @throws IllegalArgumentException if both times are the same
     */
    public static StartWindow daily(LocalTime from, LocalTime to, ZoneId zone) {
        return new StartWindow(from, to, zone, EnumSet.allOf(DayOfWeek.class));
    }

    /**
     * Whether a start is possible.
     *
     * @param at an instant
     * @return whether the instant lies in the window
     */
    public boolean holds(Instant at) {
        ZonedDateTime local = at.atZone(zone);
        LocalTime time = local.toLocalTime();
        boolean begun = !time.isBefore(from) && days.contains(local.getDayOfWeek());
        if (from.isBefore(to)) {
            return begun && time.isBefore(to);
        }
        boolean fromYesterday =
                time.isBefore(to) && days.contains(local.getDayOfWeek().minus(1));
        return begun || fromYesterday;
    }
}
