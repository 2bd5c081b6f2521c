package dev.gpupool.internal.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.quota.QuotaWindow;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class QuotaLimitsProperties {
    private static final long YEARS = 200 * 365 * Millis.DAY;

    @Property(tries = 1000)
    void shouldBoundWeeksOfAFixedOffsetAsTheWindowItselfDoes(
            @ForAll DayOfWeek day,
            @ForAll @IntRange(max = 95) int quarter,
            @ForAll @IntRange(min = -18 * 3_600, max = 18 * 3_600) int offsetSeconds,
            @ForAll @LongRange(min = -YEARS, max = YEARS) long at) {
        LocalTime time = LocalTime.ofSecondOfDay(quarter * 900L);
        sameBounds(QuotaWindow.weekly(day, time, ZoneOffset.ofTotalSeconds(offsetSeconds)), at);
        sameBounds(QuotaWindow.weekly(day, time, ZoneId.of("Europe/Berlin")), at);
    }

    private static void sameBounds(QuotaWindow window, long at) {
        QuotaLimits limits = new QuotaLimits(100, 700_000, window);
        long start = window.start(Instant.ofEpochMilli(at)).toEpochMilli();
        long end = window.end(Instant.ofEpochMilli(at)).toEpochMilli();
        for (long instant : new long[] {at, start, end - 1}) {
            assertThat(limits.windowStart(instant)).isEqualTo(start);
            assertThat(limits.windowEnd(instant)).isEqualTo(end);
        }
    }
}
