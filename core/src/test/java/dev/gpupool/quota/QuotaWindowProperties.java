package dev.gpupool.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class QuotaWindowProperties {
    private static final Duration WEEK = Duration.ofDays(7);

    @Property(tries = 5_000)
    void shouldHoldTheInstantAndMeetItsNeighbours(
            @ForAll("windows") QuotaWindow.Weekly window, @ForAll("instants") Instant instant) {
        Instant start = window.start(instant);
        Instant end = window.end(instant);

        assertThat(start).isBeforeOrEqualTo(instant);
        assertThat(end).isAfter(instant);
        assertThat(window.start(start)).isEqualTo(start);
        assertThat(window.end(start)).isEqualTo(end);
        assertThat(window.start(end.minusNanos(1))).isEqualTo(start);
        assertThat(window.start(end)).isEqualTo(end);
        assertThat(window.end(start.minusMillis(1))).isEqualTo(start);
        assertThat(start.toEpochMilli() % 900_000).isZero();
        assertThat(end.toEpochMilli() % 900_000).isZero();
        assertThat(Duration.between(start, end).minus(WEEK).abs()).isLessThanOrEqualTo(Duration.ofHours(25));
    }

    @Property(tries = 2_000)
    void shouldHoldItsInvariantsAtEveryOffsetChange(
            @ForAll("windows") QuotaWindow.Weekly window,
            @ForAll("instants") Instant near,
            @ForAll @IntRange(min = -200, max = 200) int quarters) {
        var change = window.zone().getRules().nextTransition(near);
        Instant instant = (change == null ? near : change.getInstant()).plus(Duration.ofMinutes(15L * quarters));

        shouldHoldTheInstantAndMeetItsNeighbours(window, instant);
        shouldHoldTheInstantAndMeetItsNeighbours(window, instant.minusMillis(1));
    }

    @Property(tries = 2_000)
    void shouldBeginAtItsLocalTimeWhereTheClocksDoNotSkipOrRepeatIt(
            @ForAll("windows") QuotaWindow.Weekly window, @ForAll("modern") Instant instant) {
        Instant start = window.start(instant);
        var local = start.atZone(window.zone());
        var wanted = local.toLocalDate().atTime(window.time());
        if (window.zone().getRules().getValidOffsets(wanted).size() == 1 && wanted.equals(local.toLocalDateTime())) {
            assertThat(local.getDayOfWeek()).isEqualTo(window.day());
        } else {
            // Only at a change of offset may it begin at another local time.
            var rules = window.zone().getRules();
            assertThat(rules.getOffset(start.minus(Duration.ofHours(26))))
                    .isNotEqualTo(rules.getOffset(start.plus(Duration.ofHours(26))));
        }
    }

    @Property(tries = 1_000)
    void shouldLastSevenDaysAtAFixedOffset(
            @ForAll("windows") QuotaWindow.Weekly window, @ForAll("instants") Instant i) {
        QuotaWindow fixed = QuotaWindow.weekly(window.day(), window.time(), ZoneOffset.ofHoursMinutes(5, 45));

        assertThat(Duration.between(fixed.start(i), fixed.end(i))).isEqualTo(WEEK);
    }

    @Provide
    Arbitrary<QuotaWindow.Weekly> windows() {
        Arbitrary<ZoneId> zones = Arbitraries.of(
                        "UTC",
                        "Europe/Berlin",
                        "America/Sao_Paulo",
                        "America/Havana",
                        "Atlantic/Azores",
                        "Asia/Beirut",
                        "Asia/Kathmandu",
                        "Australia/Lord_Howe",
                        "Pacific/Apia",
                        "Pacific/Kwajalein",
                        "Africa/Monrovia",
                        "Africa/Casablanca",
                        "America/Juneau",
                        "Asia/Manila",
                        "Europe/Amsterdam",
                        "America/St_Johns",
                        "Africa/Cairo")
                .map(ZoneId::of);
        return Combinators.combine(
                        Arbitraries.of(DayOfWeek.class), Arbitraries.integers().between(0, 95), zones)
                .as((day, quarter, zone) ->
                        new QuotaWindow.Weekly(day, LocalTime.MIDNIGHT.plusMinutes(15L * quarter), zone));
    }

    @Provide
    Arbitrary<Instant> instants() {
        return between("1840-01-01T00:00:00Z", "2600-01-01T00:00:00Z");
    }

    @Provide
    Arbitrary<Instant> modern() {
        return between("1990-01-01T00:00:00Z", "2100-01-01T00:00:00Z");
    }

    private static Arbitrary<Instant> between(String from, String to) {
        return Arbitraries.longs()
                .between(Instant.parse(from).toEpochMilli(), Instant.parse(to).toEpochMilli())
                .map(Instant::ofEpochMilli);
    }
}
