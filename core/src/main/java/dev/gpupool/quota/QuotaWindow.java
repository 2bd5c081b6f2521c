package dev.gpupool.quota;

import dev.gpupool.spi.internal.Require;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAdjusters;
import org.jspecify.annotations.Nullable;

/**
 * The stretch of time that an allowance is for: a pure function of the instant, so a reset cannot be missed.
 * Boundaries lie on quarter hours, like the ledger's buckets.
 */
public sealed interface QuotaWindow {
    /** The seed's window: from Monday 00:00 UTC to the next. */
    QuotaWindow MONDAY_UTC = weekly(DayOfWeek.MONDAY, LocalTime.MIDNIGHT, ZoneOffset.UTC);

    /**
     * When the window that holds an instant began.
     *
     * @param instant any instant
     * @return the start, or {@link Instant#MIN} if it has none
     */
    Instant start(Instant instant);

    /**
     * When the window that holds an instant ends, which is when the next begins.
     *
     * @param instant any instant
     * @return the end, exclusive, or {@link Instant#MAX} if it has none
     */
    Instant end(Instant instant);

    /**
     * A calendar week.
     *
     * @param day the day on which it begins
     * @param time the local time at which it begins; on a quarter hour
     * @param zone the zone of day and time; weeks keep to its local calendar over changes of offset
     * @return the window
     * @throws IllegalArgumentException if an argument is null or the time is not on a quarter hour
     */
    static QuotaWindow weekly(@Nullable DayOfWeek day, @Nullable LocalTime time, @Nullable ZoneId zone) {
        return new Weekly(
                Require.notNull("window.day", day),
                Require.notNull("window.time", time),
                Require.notNull("window.zone", zone));
    }

    /**
     * One window without end: nothing is ever reset.
     *
     * @return the window
     */
    static QuotaWindow none() {
        return None.INSTANCE;
    }

    /**
     * A calendar week in a zone. A beginning that the clocks skip comes as much later as they skip; one that they
     * repeat is the first of the two.
     *
     * @param day the day on which it begins
     * @param time the local time at which it begins; on a quarter hour
     * @param zone the zone of both
     */
    record Weekly(DayOfWeek day, LocalTime time, ZoneId zone) implements QuotaWindow {
        private static final long QUARTER_SECONDS = 900;

        /**
         * Checks that it begins on a quarter hour.
         *
         * @throws IllegalArgumentException if it does not, or something is {@code null}
         */
        public Weekly {
            Require.notNull("window.day", day);
            Require.notNull("window.zone", zone);
            if (Require.notNull("window.time", time).toNanoOfDay() % (QUARTER_SECONDS * 1_000_000_000) != 0) {
                throw new IllegalArgumentException("window.time must lie on a quarter hour, but was " + time);
            }
        }

        @Override
        public Instant start(Instant instant) {
            return boundary(week(instant));
        }

        @Override
        public Instant end(Instant instant) {
            return boundary(week(instant).plusWeeks(1));
        }

        /**
         * The first date of the week that holds an instant. The search begins late: a boundary that was rounded down, or
         * passed before the clocks went back over midnight, is in the past on the local date before its own, and two
         * dates before where a zone skipped a date by crossing the date line.
         */
        private LocalDate week(Instant instant) {
            LocalDate week = instant.atZone(zone).toLocalDate().plusDays(2).with(TemporalAdjusters.previousOrSame(day));
            while (boundary(week).isAfter(instant)) {
                week = week.minusWeeks(1);
            }
            return week;
        }

        /** Historical offsets with odd minutes must not split a bucket, so boundaries are rounded down to a quarter. */
        private Instant boundary(LocalDate week) {
            long second = week.atTime(time).atZone(zone).toEpochSecond();
            return Instant.ofEpochSecond(Math.floorDiv(second, QUARTER_SECONDS) * QUARTER_SECONDS);
        }
    }

    /** No window. */
    enum None implements QuotaWindow {
        /** The only one. */
        INSTANCE;

        @Override
        public Instant start(Instant instant) {
            return Instant.MIN;
        }

        @Override
        public Instant end(Instant instant) {
            return Instant.MAX;
        }
    }
}
