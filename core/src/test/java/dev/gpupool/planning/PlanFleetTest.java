package dev.gpupool.planning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gpupool.quota.ProviderPolicy;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanFleetTest {
    private static final ZoneId SAO_PAULO = ZoneId.of("America/Sao_Paulo");

    private static final String CYCLE = """
            {
              "zone": "America/Sao_Paulo",
              "from": "2026-11-30T00:00",
              "cycleHours": 168,
              "handOverMinutes": 15,
              "target": 1,
              "accounts": [
                {"provider": "colab", "account": "conta1@gmail.com"},
                {"provider": "kaggle", "account": "conta1@gmail.com"}
              ],
              "workers": [
                {"name": "Colab-1", "provider": "colab", "account": "conta1@gmail.com"},
                {"name": "Kaggle-1", "provider": "kaggle", "account": "conta1@gmail.com"}
              ]
            }
            """;

    private static final String LIVE = """
            {
              "zone": "Europe/Berlin",
              "from": "2026-11-30T10:00:00Z",
              "horizonHours": 36.5,
              "stepMinutes": 5,
              "startLeadMinutes": 20,
              "effort": 7,
              "restHours": 0.5,
              "startWindows": [{"from": "07:00", "to": "23:30"}],
              "target": {"workers": 1, "overrides": [{"from": "08:00", "to": "12:00", "days": ["MONDAY"], "workers": 2}]},
              "policies": [
                {"name": "cloud", "allowanceHours": 10, "margin": 0.5, "sessionCapHours": 4, "shutdownMarginMinutes": 15,
                 "sessionsPerAccount": 1, "window": {"day": "TUESDAY", "time": "06:00", "zone": "America/New_York"}},
                {"name": "colab-80", "preset": "colab", "margin": 0.8}
              ],
              "accounts": [
                {"provider": "cloud", "account": "team", "usedHours": 1.25},
                {"provider": "colab-80", "account": "conta1", "usedHours": 60},
                {"provider": "kaggle", "account": "conta1", "hoursADay": 2}
              ],
              "workers": [
                {"name": "A100", "provider": "cloud", "account": "team", "restHours": 0, "startWindows": []},
                {"name": "Colab-1", "provider": "colab-80", "account": "conta1", "usableHours": 6,
                 "runningUntil": "2026-11-30T14:00"},
                {"name": "Kaggle-1", "provider": "kaggle", "account": "conta1", "notBefore": "2026-11-30T12:00:00Z",
                 "startWindows": [{"from": "22:00", "to": "02:00", "zone": "UTC", "days": ["MONDAY", "FRIDAY"]}]}
              ]
            }
            """;

    @Test
    void shouldReadAFleetThatRepeatsItsWeek() {
        Duration usable = Duration.ofMinutes(690);

        assertThat(PlanFleet.read(CYCLE))
                .isEqualTo(PlanRequest.builder()
                        .zone(SAO_PAULO)
                        .cycle(Instant.parse("2026-11-30T03:00:00Z"), Duration.ofDays(7))
                        .handOver(Duration.ofMinutes(15))
                        .target(Target.of(1))
                        .account(ProviderPolicy.colab(), "conta1@gmail.com")
                        .account(ProviderPolicy.kaggle(), "conta1@gmail.com")
                        .worker(PlanWorker.of("Colab-1", "colab", "conta1@gmail.com", usable))
                        .worker(PlanWorker.of("Kaggle-1", "kaggle", "conta1@gmail.com", Duration.ofMinutes(510)))
                        .build());
    }

    @Test
    void shouldReadAFleetFromNowOn() {
        ZoneId berlin = ZoneId.of("Europe/Berlin");

        PlanRequest plan = PlanFleet.read(LIVE);

        assertThat(plan.cyclic()).isFalse();
        assertThat(plan.from()).isEqualTo(Instant.parse("2026-11-30T10:00:00Z"));
        assertThat(plan.length()).isEqualTo(Duration.ofMinutes(36 * 60 + 30));
        assertThat(plan.step()).isEqualTo(Duration.ofMinutes(5));
        assertThat(plan.startLead()).isEqualTo(Duration.ofMinutes(20));
        assertThat(plan.handOver()).isEqualTo(PlanRequest.DEFAULT_HAND_OVER);
        assertThat(plan.effort()).isEqualTo(7);
        assertThat(plan.target())
                .isEqualTo(new Target(
                        1,
                        berlin,
                        List.of(new Target.Hours(LocalTime.of(8, 0), LocalTime.NOON, Set.of(DayOfWeek.MONDAY), 2))));
        assertThat(plan.workers())
                .containsExactly(
                        new PlanWorker(
                                "A100", "cloud", "team", Duration.ofMinutes(225), Duration.ZERO, List.of(), null, null),
                        new PlanWorker(
                                "Colab-1",
                                "colab-80",
                                "conta1",
                                Duration.ofHours(6),
                                Duration.ofMinutes(30),
                                List.of(StartWindow.daily(LocalTime.of(7, 0), LocalTime.of(23, 30), berlin)),
                                null,
                                Instant.parse("2026-11-30T13:00:00Z")),
                        new PlanWorker(
                                "Kaggle-1",
                                "kaggle",
                                "conta1",
                                Duration.ofMinutes(510),
                                Duration.ofMinutes(30),
                                List.of(new StartWindow(
                                        LocalTime.of(22, 0),
                                        LocalTime.of(2, 0),
                                        ZoneId.of("UTC"),
                                        Set.of(DayOfWeek.MONDAY, DayOfWeek.FRIDAY))),
                                Instant.parse("2026-11-30T12:00:00Z"),
                                null));
    }

    @Test
    void shouldTakeTheSpansOfAccountsFromTheirPolicies() {
        Instant from = Instant.parse("2026-11-30T10:00:00Z");
        Instant end = from.plus(Duration.ofMinutes(36 * 60 + 30));
        Instant reset = Instant.parse("2026-12-01T11:00:00Z");
        Instant midnight = Instant.parse("2026-12-01T00:00:00Z");

        assertThat(PlanFleet.read(LIVE).accounts())
                .containsExactly(
                        new PlanAccount(
                                "cloud",
                                "team",
                                1,
                                List.of(
                                        new QuotaSpan(from, reset, Duration.ofMinutes(225)),
                                        new QuotaSpan(reset, end, Duration.ofHours(5)))),
                        new PlanAccount(
                                "colab-80", "conta1", 0, List.of(new QuotaSpan(from, end, Duration.ofMinutes(432)))),
                        new PlanAccount(
                                "kaggle",
                                "conta1",
                                0,
                                List.of(
                                        new QuotaSpan(from, midnight, Duration.ofHours(2)),
                                        new QuotaSpan(midnight, end, Duration.ofHours(2)))));
    }

    @Test
    void shouldReadATargetForEachHour() {
        String hours = "[0,0,0,0,0,0,0,0,1,2,2,2,2,2,2,2,2,2,1,1,1,1,0,0]";

        Target target = PlanFleet.read(CYCLE.replace("\"target\": 1", "\"target\": {\"byHour\": " + hours + "}"))
                .target();

        assertThat(target).isNotNull();
        assertThat(target.at(Instant.parse("2026-11-30T12:00:00Z"))).isEqualTo(2);
        assertThat(target.at(Instant.parse("2026-11-30T11:59:00Z"))).isEqualTo(1);
        assertThat(target.at(Instant.parse("2026-11-30T10:59:00Z"))).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "\"cycleHours\": 168 | \"cycleHours\": \"a week\" | cycleHours must be a number of hours, but was \"a week\"",
                "\"cycleHours\": 168 | \"cycleHours\": -1 | cycleHours must be a number of hours, from 0 to 100 years, but was -1",
                "\"cycleHours\": 168 | \"cycleHours\": 1e999999999 | cycleHours must be a number of hours, from 0 to 100 years, but was 1E+999999999",
                "\"cycleHours\": 168 | \"cycleHours\": 1e-30 | cycleHours must be a number of hours in whole milliseconds, but was 1E-30",
                "\"cycleHours\": 168 | \"cycleHours\": 0.0000001 | cycleHours must be a number of hours in whole milliseconds, but was 1E-7",
                "\"cycleHours\": 168 | \"cycleHours\": 0 | plan.length must be positive, but was PT0S",
                "\"cycleHours\": 168 | \"cycleHours\": 17520 | plan.length must be at most PT672H, but was PT17520H",
                "\"cycleHours\": 168 | \"cycleHours\": 168.1 | plan.length must be whole steps of PT15M (plan.step), but was PT168H6M",
                "\"cycleHours\": 168, | ~~ | cycleHours is missing; or horizonHours, for a plan from a moment on",
                "\"cycleHours\": 168 | \"cycleHours\": 168, \"horizonHours\": 24 | horizonHours must be left out beside cycleHours",
                "\"cycleHours\": 168 | \"cycleHours\": 168, \"startLeadMinutes\": 15 | startLeadMinutes must be left out beside cycleHours, since a cycle has no present state, but was 15",
                "\"zone\": \"America/Sao_Paulo\" | \"zone\": \"Mars/Olympus\" | zone must be a known time zone, such as America/Sao_Paulo, but was \"Mars/Olympus\"",
                "\"from\": \"2026-11-30T00:00\" | \"from\": \"tomorrow\" | from must be an instant, such as 2026-11-30T03:00:00Z, or a local time in zone, such as 2026-11-30T00:00, but was \"tomorrow\"",
                "\"from\": \"2026-11-30T00:00\" | \"from\": \"2026-11-30T00:07\" | plan.from must lie on a step of PT15M",
                "\"target\": 1 | \"target\": 3 | plan.target asks for 3 workers, but the fleet has 2",
                "\"target\": 1 | \"target\": -3 | target must be between 0 and 1000000, but was -3",
                "\"target\": 1 | \"target\": {\"byHour\": [1, 2]} | target: target.byHour must have 24 numbers, but has 2",
                "\"target\": 1 | \"target\": {\"byHour\": [1, 2], \"workers\": 1} | target.byHour must be left out beside workers and overrides, but was [1,2]",
                "\"target\": 1 | \"target\": {\"workers\": 1, \"overrides\": [{\"from\": \"08:00\", \"to\": \"12:00\", \"workers\": 2}, {\"from\": \"11:00\", \"to\": \"13:00\", \"workers\": 1}]} | target: target.overrides must not overlap",
                "\"target\": 1 | \"target\": {\"workers\": 1, \"overrides\": [{\"from\": \"12:00\", \"to\": \"08:00\", \"workers\": 2}]} | target.overrides[0]: override.to must be after override.from (12:00)",
                "\"target\": 1 | \"targets\": 1 | targets is not known here, but was 1; known are accounts, cycleHours,",
                "\"handOverMinutes\": 15 | \"handOverMinutes\": 720 | worker.usable of Colab-1 must be longer than plan.handOver (PT12H), or no session of it ever counts, but was PT11H30M",
                "{\"provider\": \"kaggle\", \"account\": \"conta1@gmail.com\"} | {\"provider\": \"colab\", \"account\": \"conta1@gmail.com\"} | accounts[1].account names colab/conta1@gmail.com again",
                "{\"provider\": \"kaggle\", \"account\": \"conta1@gmail.com\"} | {\"provider\": \"kagle\", \"account\": \"conta1@gmail.com\"} | accounts[1].provider must be the name of one of policies, or of the presets [colab, kaggle,",
                "{\"provider\": \"kaggle\", \"account\": \"conta1@gmail.com\"} | {\"provider\": \"kaggle\", \"account\": \"conta1@gmail.com\", \"usedHours\": 3} | accounts[1].usedHours must be left out beside cycleHours",
                "{\"provider\": \"kaggle\", \"account\": \"conta1@gmail.com\"} | {\"provider\": \"kaggle\", \"account\": \"conta1@gmail.com\", \"hoursADay\": 3, \"usedHours\": 3} | accounts[1].usedHours must be left out beside hoursADay",
                "{\"provider\": \"kaggle\", \"account\": \"conta1@gmail.com\"} | {\"provider\": \"kaggle\", \"account\": \"conta2@gmail.com\"} | plan.accounts lacks kaggle/conta1@gmail.com, the account of worker Kaggle-1",
                "\"name\": \"Kaggle-1\" | \"name\": \"Colab-1\" | plan.workers names Colab-1 twice",
                "\"name\": \"Kaggle-1\" | \"name\": \"Kaggle 1\" | workers[1]: worker.name must match [A-Za-z0-9._@+-]{1,100}, but was \"Kaggle 1\"",
                "\"name\": \"Kaggle-1\" | \"name\": 7 | workers[1].name must be text in quotes, but was 7",
                "\"name\": \"Kaggle-1\" | \"name\": \"Kaggle-1\", \"usableHours\": 9 | workers[1].usableHours must be at most the PT8H30M of policy kaggle, but was 9",
                "\"name\": \"Kaggle-1\" | \"name\": \"Kaggle-1\", \"restHour\": 9 | workers[1].restHour is not known here, but was 9; known are account,",
                "\"name\": \"Kaggle-1\" | \"name\": \"Kaggle-1\", \"startWindows\": [{\"from\": \"07:00\", \"to\": \"07:00\"}] | workers[1].startWindows[0]: startWindow.to must differ from startWindow.from, but both were 07:00",
                "\"name\": \"Kaggle-1\" | \"name\": \"Kaggle-1\", \"startWindows\": [{\"from\": \"7\", \"to\": \"08:00\"}] | workers[1].startWindows[0].from must be a time of day, such as 07:00, but was \"7\"",
                "\"name\": \"Kaggle-1\" | \"name\": \"Kaggle-1\", \"startWindows\": [{\"from\": \"07:00\", \"to\": \"08:00\", \"days\": [\"Mon\"]}] | workers[1].startWindows[0].days must be days such as MONDAY, but was [\"Mon\"]",
                "\"name\": \"Kaggle-1\" | \"name\": \"Kaggle-1\", \"startWindows\": [{\"from\": \"07:00\", \"to\": \"08:00\", \"days\": []}] | workers[1].startWindows[0]: startWindow.days must name at least one day, but was empty",
                "\"name\": \"Kaggle-1\" | \"name\": \"Kaggle-1\", \"runningUntil\": \"2026-11-30T08:00\" | worker.runningUntil and worker.notBefore of Kaggle-1 are for plans from now on, but the plan is cyclic",
                "\"target\": 1 | \"target\": 1, \"policies\": [{\"name\": \"x\", \"preset\": \"kagle\"}] | policies[0].preset must be the name of",
                "\"target\": 1 | \"target\": 1, \"policies\": [{\"name\": \"x\"}, {\"name\": \"x\"}] | policies[1].name must be another policy's name than one before, but was \"x\"",
                "\"target\": 1 | \"target\": 1, \"policies\": [{\"name\": \"x\", \"sessionCapHours\": 1, \"shutdownMarginMinutes\": 60}] | policies[0]: policy.shutdownMargin must be shorter than policy.sessionCap (PT1H), but was PT1H",
                "\"target\": 1 | \"target\": 1, \"policies\": [{\"name\": \"x\", \"margin\": 70}] | policies[0]: policy.margin must be above 0 and at most 1, but was 70",
                "\"target\": 1 | \"target\": 1, \"policies\": [{\"name\": \"x\", \"window\": {\"day\": \"MON\", \"time\": \"00:00\", \"zone\": \"UTC\"}}] | policies[0].window.day must be one of [MONDAY,",
                "\"target\": 1 | \"target\": 1, \"target\": 2 | fleet must be JSON text, but is not at line 6"
            })
    void shouldRefuseWhatMakesNoSenseNamingTheFieldAndTheValue(String right, String wrong, String message) {
        assertThat(CYCLE).contains(right);

        assertThatThrownBy(() -> PlanFleet.read(CYCLE.replace(right, wrong)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void shouldRefuseAFleetOfNobody() {
        String nobody = "{\"cycleHours\": 24, \"accounts\": [], \"workers\": []}";

        assertThatThrownBy(() -> PlanFleet.read(nobody))
                .hasMessage("plan.workers must not be empty: there is nobody to plan for");
        assertThatThrownBy(() -> PlanFleet.read("[]")).hasMessage("fleet must be a JSON object, but was []");
        assertThatThrownBy(() -> PlanFleet.read("")).isInstanceOf(IllegalArgumentException.class);
    }
}
