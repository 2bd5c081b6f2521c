package dev.gpupool.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class QuotaWindowTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    @Test
    void shouldBeginOnMondayMidnightUtcAndEndAWeekLater() {
        Instant monday = Instant.parse("2026-11-23T00:00:00Z");

        assertThat(QuotaWindow.MONDAY_UTC.start(monday)).isEqualTo(monday);
        assertThat(QuotaWindow.MONDAY_UTC.end(monday)).isEqualTo("2026-11-30T00:00:00Z");
        assertThat(QuotaWindow.MONDAY_UTC.start(monday.minusMillis(1))).isEqualTo("2026-11-16T00:00:00Z");
        assertThat(QuotaWindow.MONDAY_UTC.end(monday.minusMillis(1))).isEqualTo(monday);
    }

    @Test
    void shouldLoseAnHourInBerlinWhenTheClocksGoForward() {
        QuotaWindow window = QuotaWindow.weekly(DayOfWeek.MONDAY, LocalTime.MIDNIGHT, BERLIN);
        Instant within = Instant.parse("2026-03-28T12:00:00Z");

        assertThat(window.start(within)).isEqualTo("2026-03-22T23:00:00Z");
        assertThat(window.end(within)).isEqualTo("2026-03-29T22:00:00Z");
        assertThat(length(window, within)).isEqualTo(Duration.ofHours(167));
        assertThat(length(window, within.plus(Duration.ofDays(7)))).isEqualTo(Duration.ofHours(168));
    }

    @Test
    void shouldGainAnHourInBerlinWhenTheClocksGoBack() {
        QuotaWindow window = QuotaWindow.weekly(DayOfWeek.MONDAY, LocalTime.MIDNIGHT, BERLIN);
        Instant within = Instant.parse("2026-10-22T12:00:00Z");

        assertThat(window.start(within)).isEqualTo("2026-10-18T22:00:00Z");
        assertThat(window.end(within)).isEqualTo("2026-10-25T23:00:00Z");
        assertThat(length(window, within)).isEqualTo(Duration.ofHours(169));
        assertThat(length(window, within.plus(Duration.ofDays(7)))).isEqualTo(Duration.ofHours(168));
    }

    @Test
    void shouldBeginLaterWhenTheClocksSkipItsBeginning() {
        QuotaWindow window = QuotaWindow.weekly(DayOfWeek.SUNDAY, LocalTime.of(2, 30), BERLIN);
        Instant gap = Instant.parse("2026-03-29T01:00:00Z");

        assertThat(window.end(gap)).isEqualTo("2026-03-29T01:30:00Z");
        assertThat(window.start(Instant.parse("2026-03-29T01:30:00Z"))).isEqualTo("2026-03-29T01:30:00Z");
        assertThat(window.start(gap)).isEqualTo("2026-03-22T01:30:00Z");
        assertThat(window.end(Instant.parse("2026-03-29T01:30:00Z"))).isEqualTo("2026-04-05T00:30:00Z");
    }

    @Test
    void shouldBeginOnceWhenTheClocksRepeatItsBeginning() {
        QuotaWindow window = QuotaWindow.weekly(DayOfWeek.SUNDAY, LocalTime.of(2, 30), BERLIN);
        Instant first = Instant.parse("2026-10-25T00:30:00Z");
        Instant second = Instant.parse("2026-10-25T01:30:00Z");

        assertThat(window.start(first)).isEqualTo(first);
        assertThat(window.end(first.minusMillis(1))).isEqualTo(first);
        assertThat(window.start(second)).isEqualTo(first);
        assertThat(window.start(second.minusMillis(1))).isEqualTo(first);
        assertThat(window.end(first)).isEqualTo("2026-11-01T01:30:00Z");
    }

    @Test
    void shouldCrossTheDateLineWithSamoa() {
        QuotaWindow window = QuotaWindow.weekly(DayOfWeek.FRIDAY, LocalTime.MIDNIGHT, ZoneId.of("Pacific/Apia"));
        Instant skipped = Instant.parse("2011-12-30T10:00:00Z");

        assertThat(window.end(skipped.minusMillis(1))).isEqualTo(window.start(skipped));
        assertThat(window.end(skipped)).isAfter(skipped);
        assertThat(length(window, skipped)).isEqualTo(Duration.ofDays(6));
    }

    @Test
    void shouldRoundBoundariesDownWhereOffsetsHaveOddMinutes() {
        QuotaWindow window = QuotaWindow.weekly(DayOfWeek.MONDAY, LocalTime.MIDNIGHT, ZoneId.of("Africa/Monrovia"));
        Instant monday = Instant.parse("1971-06-07T00:30:00Z");

        assertThat(window.start(monday)).isEqualTo(monday);
        assertThat(window.end(monday)).isEqualTo("1971-06-14T00:30:00Z");
        assertThat(window.end(monday.minusMillis(1))).isEqualTo(monday);
    }

    @Test
    void shouldNeverBeginOrEndWithoutAWindow() {
        assertThat(QuotaWindow.none().start(Instant.EPOCH)).isEqualTo(Instant.MIN);
        assertThat(QuotaWindow.none().end(Instant.EPOCH)).isEqualTo(Instant.MAX);
    }

    @Test
    void shouldRefuseABeginningThatIsNotOnAQuarterHour() {
        LocalTime odd = LocalTime.of(1, 7);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> QuotaWindow.weekly(DayOfWeek.MONDAY, odd, ZoneOffset.UTC))
                .withMessage("window.time must lie on a quarter hour, but was 01:07");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new QuotaWindow.Weekly(DayOfWeek.MONDAY, odd, ZoneOffset.UTC));
    }

    @Test
    void shouldRefuseNulls() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> QuotaWindow.weekly(null, LocalTime.NOON, BERLIN))
                .withMessage("window.day must not be null");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> QuotaWindow.weekly(DayOfWeek.MONDAY, null, BERLIN))
                .withMessage("window.time must not be null");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> QuotaWindow.weekly(DayOfWeek.MONDAY, LocalTime.NOON, null))
                .withMessage("window.zone must not be null");
    }

    private static Duration length(QuotaWindow window, Instant instant) {
        return Duration.between(window.start(instant), window.end(instant));
    }
}
