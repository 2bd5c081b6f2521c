package dev.gpupool.calendar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import biweekly.Biweekly;
import biweekly.component.VAlarm;
import biweekly.component.VEvent;
import dev.gpupool.planning.CoveragePlan;
import dev.gpupool.planning.PlannedSession;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanCalendarTest {
    private static final Instant STAMP = Instant.parse("2026-10-20T08:00:00Z");
    private static final CalendarOptions OPTIONS = CalendarOptions.at(STAMP);

    /** Every quarter hour around a change of the clocks: hours that come twice and that never come. */
    @ParameterizedTest
    @CsvSource({
        "Europe/Berlin, 2026-10-24T00:00:00Z",
        "Europe/Berlin, 2027-03-27T00:00:00Z",
        "America/New_York, 2026-10-31T00:00:00Z",
        "America/New_York, 2027-03-13T00:00:00Z",
        "Australia/Lord_Howe, 2027-04-03T00:00:00Z",
        "Asia/Jerusalem, 2026-10-24T00:00:00Z",
        "America/Sao_Paulo, 2026-10-24T00:00:00Z",
        "Asia/Kathmandu, 2026-10-24T00:00:00Z",
        "UTC, 2026-10-24T00:00:00Z"
    })
    void shouldBeReadWithTheRightInstantsWhereTheClocksChange(String zone, String from) throws Exception {
        CoveragePlan plan = eachQuarter(zone, from);

        String ics = PlanCalendar.ics(plan, OPTIONS);

        Instant until = Instant.parse(from).plus(Duration.ofDays(5));
        assertThat(all(Readers.byWriter(ics, until))).containsExactlyElementsOf(times(plan));
        assertThat(all(Readers.byOther(ics, until))).containsExactlyElementsOf(times(plan));
    }

    /** The library's own zones have Morocco change its clocks on other days, and Brazil change them still. */
    @ParameterizedTest
    @CsvSource({"Africa/Casablanca, 2027-02-06T00:00:00Z", "America/Sao_Paulo, 2027-01-15T00:00:00Z"})
    void shouldWriteTheTimesOfTheJdkWhereTheLibraryHasOtherRules(String zone, String from) {
        CoveragePlan plan = eachQuarter(zone, from);

        String ics = PlanCalendar.ics(plan, OPTIONS);

        assertThat(all(Readers.byOther(ics, Instant.MAX))).containsExactlyElementsOf(times(plan));
    }

    @ParameterizedTest
    @CsvSource({"Europe/Berlin", "America/New_York", "Europe/London", "America/Sao_Paulo"})
    void shouldRepeatACycleByTheLocalClockForYears(String zone) throws Exception {
        CoveragePlan plan = Plans.cycle(
                zone,
                "2026-10-19T04:00:00Z",
                Duration.ofDays(7),
                Plans.session("Colab-1", "2026-10-20T10:30:00Z", 11.5),
                Plans.session("Kaggle-1", "2026-10-25T19:45:00Z", 8.5));
        List<String> wanted = new ArrayList<>();
        for (PlannedSession session : plan.sessions()) {
            for (int week = 0; week < 130; week++) {
                Instant start =
                        session.start().atZone(ZoneId.of(zone)).plusWeeks(week).toInstant();
                wanted.add(start + "/" + start.plus(session.length()));
            }
        }

        String ics = PlanCalendar.ics(plan, OPTIONS);

        Instant until = Instant.parse("2026-10-19T04:00:00Z").plus(Duration.ofDays(7 * 130));
        assertThat(all(Readers.byWriter(ics, until)))
                .containsExactlyElementsOf(wanted.stream().sorted().toList());
        assertThat(all(Readers.byOther(ics, until)))
                .containsExactlyElementsOf(wanted.stream().sorted().toList());
    }

    @Test
    void shouldRepeatACycleOfADayDaily() {
        CoveragePlan plan = Plans.cycle(
                "America/Sao_Paulo",
                "2026-11-30T03:00:00Z",
                Duration.ofDays(1),
                Plans.session("Colab-1", "2026-11-30T10:30:00Z", 11.5));

        assertThat(PlanCalendar.ics(plan, OPTIONS))
                .contains("RRULE:FREQ=DAILY\r\n")
                .contains("DTSTART;TZID=America/Sao_Paulo:20261130T073000\r\n")
                .contains("DTEND;TZID=America/Sao_Paulo:20261130T190000\r\n");
    }

    @Test
    void shouldBeginWithTheCycleThatItIsToldToBeginWith() {
        CoveragePlan plan = Plans.cycle(
                "Europe/Berlin",
                "1970-01-05T00:00:00Z",
                Duration.ofDays(7),
                Plans.session("Colab-1", "1970-01-06T06:30:00Z", 11.5));

        String ics = PlanCalendar.ics(plan, OPTIONS.withBegin(Instant.parse("2026-11-30T12:00:00Z")));

        assertThat(ics).contains("DTSTART;TZID=Europe/Berlin:20261208T073000\r\n");
    }

    @Test
    void shouldRemindBeforeEachStartAndSayWhatToStart() {
        VEvent event = onlyEvent(PlanCalendar.ics(week(), OPTIONS.withReminder(Duration.ofMinutes(25))));

        assertThat(event.getSummary().getValue()).isEqualTo("Start Colab-1");
        assertThat(event.getDescription().getValue())
                .isEqualTo("Start Colab-1 (colab/conta1@gmail.com), which runs for 11 h 30 min and counts 15 min later."
                        + " It ends Tue 23:00.");
        assertThat(event.getAlarms()).hasSize(1);
        VAlarm alarm = event.getAlarms().get(0);
        assertThat(alarm.getTrigger().getDuration().isPrior()).isTrue();
        assertThat(alarm.getTrigger().getDuration().toMillis())
                .isEqualTo(-Duration.ofMinutes(25).toMillis());
        assertThat(alarm.getAction().getValue()).isEqualTo("DISPLAY");
    }

    @Test
    void shouldKeepTheEventOfAStartThatMovesWithinItsDay() {
        VEvent before = onlyEvent(PlanCalendar.ics(
                Plans.fromNow(
                        "Europe/Berlin",
                        "2026-10-20T00:00:00Z",
                        2,
                        Plans.session("Colab-1", "2026-10-20T09:30:00Z", 9)),
                OPTIONS));
        VEvent after = onlyEvent(PlanCalendar.ics(
                Plans.fromNow(
                        "Europe/Berlin",
                        "2026-10-20T00:00:00Z",
                        2,
                        Plans.session("Colab-1", "2026-10-20T11:00:00Z", 8)),
                OPTIONS.withSequence(1)));

        assertThat(after.getUid().getValue()).isEqualTo(before.getUid().getValue());
        assertThat(before.getSequence().getValue()).isZero();
        assertThat(after.getSequence().getValue()).isEqualTo(1);
        assertThat(after.getDateTimeStamp().getValue().toInstant()).isEqualTo(STAMP);
    }

    @Test
    void shouldTellTheSecondStartOfADayFromTheFirst() {
        CoveragePlan plan = Plans.fromNow(
                "UTC",
                "2026-10-20T00:00:00Z",
                1,
                Plans.session("Colab-1", "2026-10-20T01:00:00Z", 4),
                Plans.session("Colab-1", "2026-10-20T12:00:00Z", 4));

        assertThat(Biweekly.parse(PlanCalendar.ics(plan, OPTIONS)).first().getEvents())
                .extracting(event -> event.getUid().getValue())
                .containsExactly("Colab-1.2026-10-20.1.gpupool@gpupool", "Colab-1.2026-10-20.2.gpupool@gpupool");
    }

    @Test
    void shouldCancelWhatTheFormerPlanHadAndThisHasNot() {
        PlannedSession over = Plans.session("Colab-1", "2026-10-19T09:00:00Z", 8);
        PlannedSession kept = Plans.session("Colab-1", "2026-10-20T09:00:00Z", 8);
        PlannedSession gone = Plans.session("Kaggle-1", "2026-10-21T09:00:00Z", 8);

        String ics = PlanCalendar.ics(
                Plans.fromNow("UTC", "2026-10-20T00:00:00Z", 2, kept),
                OPTIONS.withSequence(1).replacing(List.of(over, kept, gone)));

        assertThat(Biweekly.parse(ics).first().getEvents())
                .extracting(event -> event.getUid().getValue() + " "
                        + event.getStatus().getValue() + " " + event.getAlarms().size())
                .containsExactly(
                        "Colab-1.2026-10-20.1.gpupool@gpupool CONFIRMED 1",
                        "Kaggle-1.2026-10-21.1.gpupool@gpupool CANCELLED 0");
    }

    @Test
    void shouldAskNobodyToStartWhatRuns() {
        PlannedSession running = new PlannedSession(
                "Colab-1",
                Instant.parse("2026-10-20T00:00:00Z"),
                Instant.parse("2026-10-20T00:00:00Z"),
                Instant.parse("2026-10-20T05:00:00Z"),
                true);

        String ics = PlanCalendar.ics(Plans.fromNow("Europe/Berlin", "2026-10-20T00:00:00Z", 1, running), OPTIONS);

        assertThat(Biweekly.parse(ics).first().getEvents()).isEmpty();
    }

    @Test
    void shouldGiveTheSameTextForTheSamePlan() {
        assertThat(PlanCalendar.ics(week(), OPTIONS)).isEqualTo(PlanCalendar.ics(week(), OPTIONS));
    }

    @Test
    void shouldNotChangeHowTheHostsOtherCalendarsAreRead() {
        // Another test's reader, or calendar, may have set one.
        settings().forEach(System::clearProperty);

        PlanCalendar.ics(week(), OPTIONS);

        assertThat(settings()).isEmpty();
    }

    private static List<String> settings() {
        return System.getProperties().stringPropertyNames().stream()
                .filter(name -> name.startsWith("net.fortuna"))
                .toList();
    }

    @Test
    void shouldRefuseACycleThatNoCalendarCanRepeat() {
        CoveragePlan plan = Plans.cycle("UTC", "2026-10-19T00:00:00Z", Duration.ofHours(36));

        assertThatThrownBy(() -> PlanCalendar.ics(plan, OPTIONS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("plan.length must be whole days for a calendar that repeats, but was PT36H");
    }

    @Test
    void shouldRefuseOptionsThatMakeNoSense() {
        assertThatThrownBy(() -> OPTIONS.withName("two words"))
                .hasMessage("calendar.name must match [A-Za-z0-9._-]{1,100}, but was \"two words\"");
        assertThatThrownBy(() -> OPTIONS.withName("")).hasMessageContaining("calendar.name");
        assertThatThrownBy(() -> OPTIONS.withSequence(-1))
                .hasMessage("calendar.sequence must not be negative, but was -1");
        assertThatThrownBy(() -> OPTIONS.withReminder(Duration.ofMinutes(-1)))
                .hasMessage("calendar.reminder must be from 0 to PT168H, but was PT-1M");
    }

    private static CoveragePlan eachQuarter(String zone, String from) {
        List<PlannedSession> sessions = new ArrayList<>();
        for (int quarter = 0; quarter < 160; quarter++) {
            Instant start = Instant.parse(from).plus(Duration.ofMinutes(15L * quarter));
            sessions.add(Plans.session("Colab-1", start.toString(), 11.5));
        }
        return Plans.fromNow(zone, from, 4, sessions.toArray(new PlannedSession[0]));
    }

    private static List<String> times(CoveragePlan plan) {
        return plan.sessions().stream()
                .map(session -> session.start() + "/" + session.end())
                .toList();
    }

    private static CoveragePlan week() {
        return Plans.cycle(
                "Europe/Berlin",
                "2026-10-18T22:00:00Z",
                Duration.ofDays(7),
                Plans.session("Colab-1", "2026-10-20T09:30:00Z", 11.5));
    }

    private static VEvent onlyEvent(String ics) {
        List<VEvent> events = Biweekly.parse(ics).first().getEvents();
        assertThat(events).hasSize(1);
        return events.get(0);
    }

    private static List<String> all(TreeMap<String, List<String>> times) {
        return times.values().stream().flatMap(List::stream).sorted().toList();
    }
}
