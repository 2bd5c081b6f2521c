package dev.gpupool.planning;

import dev.gpupool.spi.internal.Require;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * How many workers are to be online, at every moment or by the hours of a day. Immutable.
 *
 * @param workers the number wherever no override says otherwise
 * @param zone the zone of the overrides
 * @param overrides other numbers at some hours; no two hold the same moment
 */
public record Target(int workers, ZoneId zone, List<Hours> overrides) {
    /** No fleet is larger. */
    static final int MOST = 1_000_000;

    /**
     * Checks that overrides do not overlap, and copies them.
     *
     * @throws IllegalArgumentException if two do, or a number is out of range
     */
    public Target {
        Require.between("target.workers", workers, 0, MOST);
        Require.notNull("target.zone", zone);
        overrides = Require.atMost("target.overrides", overrides, 1_000);
        for (int i = 0; i < overrides.size(); i++) {
            for (int j = 0; j < i; j++) {
                if (overrides.get(i).overlaps(overrides.get(j))) {
                    throw new IllegalArgumentException("target.overrides must not overlap, but both " + overrides.get(j)
                            + " and " + overrides.get(i) + " hold some moment");
                }
            }
        }
    }

    /**
     * The same number at every moment.
     *
     * @param workers how many
     * @return the target
     */
    public static Target of(int workers) {
        return new Target(workers, java.time.ZoneOffset.UTC, List.of());
    }

    /**
     * A number for each hour of the day.
     *
     * @param zone the zone of the hours
     * @param byHour 24 numbers, from midnight on
     * @return the target
     * @throws IllegalArgumentException if there are not 24 numbers
     */
    public static Target byHour(ZoneId zone, List<Integer> byHour) {
        if (byHour.size() != 24) {
            throw new IllegalArgumentException("target.byHour must have 24 numbers, but has " + byHour.size());
        }
        List<Hours> overrides = new ArrayList<>();
        for (int hour = 0; hour < 24; hour++) {
            LocalTime to = hour == 23 ? LocalTime.MIDNIGHT : LocalTime.of(hour + 1, 0);
            overrides.add(new Hours(LocalTime.of(hour, 0), to, EnumSet.allOf(DayOfWeek.class), byHour.get(hour)));
        }
        return new Target(0, zone, overrides);
    }

    /**
     * The same target with another number at some hours.
     *
     * @param override which hours, and how many
     * @return the target
     * @throws IllegalArgumentException if it holds a moment that another override holds
     */
    public Target with(Hours override) {
        List<Hours> all = new ArrayList<>(overrides);
        all.add(override);
        return new Target(workers, zone, all);
    }

    /**
     * The number at an instant.
     *
     * @param instant when
     * @return how many workers are to be online
     */
    public int at(Instant instant) {
        ZonedDateTime local = instant.atZone(zone);
        for (Hours override : overrides) {
            if (override.holds(local.getDayOfWeek(), local.toLocalTime())) {
                return override.workers();
            }
        }
        return workers;
    }

    /**
     * The largest number that it asks for at some moment.
     *
     * @return how many
     */
    public int highest() {
        return overrides.stream().mapToInt(Hours::workers).reduce(workers, Math::max);
    }

    /**
     * Another number at some hours.
     *
     * @param from the first local time
     * @param to the local time at which it is over; midnight for the end of the day
     * @param days the days
     * @param workers how many
     */
    public record Hours(LocalTime from, LocalTime to, Set<DayOfWeek> days, int workers) {
        /**
         * Checks that some moment lies in it, and copies the days.
         *
         * @throws IllegalArgumentException if it does not end after it begins, names no day, or wants more than {@link
         *     #MOST} workers
         */
        public Hours {
            Require.notNull("override.from", from);
            Require.notNull("override.to", to);
            Require.between("override.workers", workers, 0, MOST);
            if (!to.equals(LocalTime.MIDNIGHT) && !from.isBefore(to)) {
                throw new IllegalArgumentException("override.to must be after override.from (" + from
                        + ") on the same day, or midnight, but was " + to);
            }
            if (days.isEmpty()) {
                throw new IllegalArgumentException("override.days must name at least one day, but was empty");
            }
            days = java.util.Collections.unmodifiableSet(new TreeSet<>(days));
        }

        boolean holds(DayOfWeek day, LocalTime time) {
            return days.contains(day) && !time.isBefore(from) && time.toSecondOfDay() < endSecond();
        }

        boolean overlaps(Hours other) {
            return days.stream().anyMatch(other.days::contains)
                    && from.toSecondOfDay() < other.endSecond()
                    && other.from.toSecondOfDay() < endSecond();
        }

        private int endSecond() {
            return to.equals(LocalTime.MIDNIGHT) ? 86_400 : to.toSecondOfDay();
        }
    }
}
