package dev.gpupool.calendar;

import dev.gpupool.planning.PlannedSession;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a plan becomes a calendar. Immutable; begun with {@link #at}.
 *
 * @param stamp when this calendar is made, which programs use to tell what is newer; there is no clock in here
 * @param name tells calendars apart: the same names and the same plan's days give the same events, so importing again
 *     updates them. {@code gpupool} unless set
 * @param sequence how often the plan was changed before; 0 unless set. Many programs take an update only if it is higher
 *     than the one before
 * @param reminder how long before a start the reminder comes; 10 minutes unless set
 * @param begin in a cyclic plan: the first cycle that takes place is the first whose start is at or after this; {@code null}
 *     for the plan's own
 * @param previous sessions of the plan that the calendar had before: those that are gone are told as cancelled. None
 *     unless set; without use in a cyclic plan that has as many starts as before
 */
public record CalendarOptions(
        Instant stamp,
        String name,
        int sequence,
        Duration reminder,
        @Nullable Instant begin,
        List<PlannedSession> previous) {
    /** The reminder unless set. */
    public static final Duration DEFAULT_REMINDER = Duration.ofMinutes(10);

    /** The name unless set. */
    public static final String DEFAULT_NAME = "gpupool";

    private static final Duration LONGEST_REMINDER = Duration.ofDays(7);
    private static final int LONGEST_NAME = 100;

    /**
     * Checks the ranges and copies the list.
     *
     * @throws IllegalArgumentException if the name, the sequence number or the reminder is out of range
     */
    public CalendarOptions {
        Objects.requireNonNull(stamp, "calendar.stamp");
        if (name.isEmpty()
                || name.length() > LONGEST_NAME
                || !name.chars().allMatch(c -> c < 128 && (Character.isLetterOrDigit(c) || "._-".indexOf(c) >= 0))) {
            throw new IllegalArgumentException(
                    "calendar.name must match [A-Za-z0-9._-]{1,100}, but was \"" + name + "\"");
        }
        if (sequence < 0) {
            throw new IllegalArgumentException("calendar.sequence must not be negative, but was " + sequence);
        }
        if (reminder.isNegative() || reminder.compareTo(LONGEST_REMINDER) > 0) {
            throw new IllegalArgumentException(
                    "calendar.reminder must be from 0 to " + LONGEST_REMINDER + ", but was " + reminder);
        }
        previous = List.copyOf(previous);
    }

    /**
     * The default options.
     *
     * @param stamp when the calendar is made
     * @return options
     */
    public static CalendarOptions at(Instant stamp) {
        return new CalendarOptions(stamp, DEFAULT_NAME, 0, DEFAULT_REMINDER, null, List.of());
    }

    /**
     * The same options with a name of its own for the calendar.
     *
     * @param calendar letters, digits, dots, dashes
     * @return options
     */
    public CalendarOptions withName(String calendar) {
        return new CalendarOptions(stamp, calendar, sequence, reminder, begin, previous);
    }

    /**
     * The same options for a plan that was changed.
     *
     * @param changes how often it was changed before
     * @return options
     */
    public CalendarOptions withSequence(int changes) {
        return new CalendarOptions(stamp, name, changes, reminder, begin, previous);
    }

    /**
     * The same options with another reminder.
     *
     * @param before how long before a start
     * @return options
     */
    public CalendarOptions withReminder(Duration before) {
        return new CalendarOptions(stamp, name, sequence, before, begin, previous);
    }

    /**
     * The same options with another first cycle.
     *
     * @param instant the first cycle begins then or later
     * @return options
     */
    public CalendarOptions withBegin(Instant instant) {
        return new CalendarOptions(stamp, name, sequence, reminder, instant, previous);
    }

    /**
     * The same options for a calendar that had another plan before.
     *
     * @param sessions that plan's sessions
     * @return options
     */
    public CalendarOptions replacing(List<PlannedSession> sessions) {
        return new CalendarOptions(stamp, name, sequence, reminder, begin, sessions);
    }
}
