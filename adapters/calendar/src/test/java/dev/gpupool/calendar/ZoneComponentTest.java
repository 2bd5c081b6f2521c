package dev.gpupool.calendar;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import net.fortuna.ical4j.data.CalendarBuilder;
import net.fortuna.ical4j.model.Calendar;
import net.fortuna.ical4j.model.Component;
import net.fortuna.ical4j.model.component.VTimeZone;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ZoneComponentTest {
    private static final Instant FIRST = Instant.parse("2026-10-20T00:00:00Z");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Europe/Berlin",
                "America/New_York",
                "America/Sao_Paulo",
                "Australia/Lord_Howe",
                "Asia/Jerusalem",
                "Africa/Casablanca",
                "America/Nuuk",
                "Asia/Kathmandu"
            })
    void shouldHaveTheOffsetsOfTheZoneForYears(String name) throws Exception {
        ZoneId zone = ZoneId.of(name);
        VTimeZone component = read(name);

        for (Instant at = FIRST; at.isBefore(FIRST.plus(Duration.ofDays(800))); at = at.plus(Duration.ofMinutes(450))) {
            assertThat(Readers.offset(component, at))
                    .as("%s", at)
                    .isEqualTo(zone.getRules().getOffset(at));
        }
    }

    @Test
    void shouldTellYearlyChangesAsARule() throws Exception {
        assertThat(read("Europe/Berlin").toString())
                .contains("DTSTART:20251026T030000\r\n")
                .contains("RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\n")
                .contains("RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\n");
        assertThat(read("America/New_York").toString())
                .contains("RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU\r\n")
                .contains("RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU\r\n");
    }

    @Test
    void shouldListChangesThatFollowNoRule() throws Exception {
        assertThat(read("Africa/Casablanca").toString()).contains("RDATE").doesNotContain("RRULE");
    }

    private static VTimeZone read(String zone) throws Exception {
        String ics = PlanCalendar.ics(
                Plans.fromNow(zone, FIRST.toString(), 1, Plans.session("Colab-1", FIRST.toString(), 2)),
                CalendarOptions.at(FIRST));
        Calendar calendar = new CalendarBuilder().build(new StringReader(ics));
        return calendar.<VTimeZone>getComponents(Component.VTIMEZONE).get(0);
    }
}
