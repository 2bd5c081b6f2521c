package dev.gpupool.planning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.quota.QuotaWindow;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class CoveragePlannerTest {
    private static final ZoneId SAO_PAULO = ZoneId.of("America/Sao_Paulo");
    private static final StartWindow AWAKE = StartWindow.daily(LocalTime.of(7, 0), LocalTime.of(23, 30), SAO_PAULO);
    private static final Instant THURSDAY = Instant.parse("2026-11-26T13:00:00Z");

    @Test
    void shouldKeepFiveToSixOnlineOnTheSeedsDailyHours() {
        CoveragePlan plan = checked(SeedFleet.daily().target(Target.of(6)).build());

        assertThat(plan.minimum()).isEqualTo(5);
        assertThat(plan.minimumAtMost()).isEqualTo(5);
        assertThat(plan.maximum()).isEqualTo(6);
        assertThat(plan.covered()).isEqualTo(Duration.ofHours(140));
        assertThat(plan.starts()).isEqualTo(14);
        assertThat(plan.optimal()).isTrue();
        assertThat(plan.missing().orElseThrow().proven()).isEqualTo(Duration.ofHours(4));
    }

    @Test
    void shouldUseAllDailyHoursWithoutATarget() {
        CoveragePlan plan = checked(SeedFleet.daily().build());

        assertThat(plan.minimum()).isEqualTo(5);
        assertThat(plan.maximum()).isEqualTo(6);
        assertThat(plan.covered()).isEqualTo(Duration.ofHours(140));
        assertThat(plan.optimal()).isTrue();
        assertThat(plan.missing()).isEmpty();
    }

    @Test
    void shouldKeepThreeOnlineAtEveryMinuteOfTheWeekWithinSafeQuota() {
        CoveragePlan plan = checked(SeedFleet.weekly().build());

        assertThat(plan.coverage()).hasSize(672).allMatch(online -> online >= 3);
        assertThat(plan.minimumAtMost()).isEqualTo(3);
        assertThat(plan.optimal()).isTrue();
        assertThat(plan.accounts())
                .hasSize(14)
                .allSatisfy(account -> assertThat(account.planned()).isLessThanOrEqualTo(account.safe()));
    }

    @Test
    void shouldProveThatFourAreShort() {
        CoveragePlan plan = checked(SeedFleet.weekly().target(Target.of(4)).build());

        Shortfall shortfall = plan.missing().orElseThrow();
        assertThat(plan.minimum()).isEqualTo(3);
        assertThat(shortfall.shortOfQuota()).isEqualTo(Duration.ofMinutes(6804)); // 113.4 h
        assertThat(shortfall.proven()).isGreaterThanOrEqualTo(shortfall.shortOfQuota());
        assertThat(shortfall.reached()).isEqualTo(shortfall.proven());
    }

    @Test
    void shouldRefuseSixWithTheFiguresAndWhatWouldCloseTheGap() {
        CoveragePlan plan = checked(SeedFleet.weekly().target(Target.of(6)).build());

        assertThatThrownBy(plan::orThrow)
                .isInstanceOf(UnreachableTargetException.class)
                .hasMessage(
                        "6 at every hour needs 1,008 h a week; safe quota gives 558.6; short 449.4 h a week = 64.2 h a day"
                                + " of own or paid GPU; the highest target that fits is 3");
    }

    @Test
    void shouldMeetATargetThatFitsAndLeaveTheRestOfTheQuotaAlone() {
        CoveragePlan plan = checked(SeedFleet.weekly().target(Target.of(3)).build());

        assertThat(plan.orThrow().coverage()).allMatch(online -> online == 3);
        assertThat(plan.optimal()).isTrue();
    }

    @Test
    void shouldCloseTheGapWithAsManyHoursOfOwnGpus() {
        PlanRequestBuilder request = SeedFleet.weekly().target(Target.of(6));
        for (int i = 1; i <= 3; i++) {
            request.account(ProviderPolicy.unlimited("onprem"), "box-" + i)
                    .worker(PlanWorker.of("box-" + i, "onprem", "box-" + i, null));
        }

        CoveragePlan plan = checked(request.build());

        assertThat(plan.orThrow().minimum()).isEqualTo(6);
        assertThat(plan.sessions())
                .filteredOn(session -> session.worker().startsWith("box-"))
                .hasSize(3)
                .allMatch(PlannedSession::running);
    }

    @Test
    void shouldStartNobodyWhileThePersonSleeps() {
        PlanRequest request =
                withWindows(SeedFleet.weekly().target(Target.of(3)).build(), AWAKE);

        CoveragePlan plan = checked(request);

        assertThat(plan.minimum()).isEqualTo(3);
        assertThat(plan.sessions()).isNotEmpty().allMatch(session -> AWAKE.holds(session.start()));
    }

    @Test
    void shouldAskForMoreByDayThanByNight() {
        Target target = Target.of(2)
                .with(new Target.Hours(
                        LocalTime.of(8, 0), LocalTime.of(20, 0), java.util.Set.of(java.time.DayOfWeek.values()), 4));

        CoveragePlan plan = checked(SeedFleet.weekly().target(target).build());

        assertThat(plan.missing()).isEmpty();
        for (int step = 0; step < 672; step++) {
            assertThat(plan.coverage().get(step)).isGreaterThanOrEqualTo(step % 96 >= 32 && step % 96 < 80 ? 4 : 2);
        }
    }

    @Test
    void shouldGoOnFromThePresentStateAcrossTheReset() {
        PlanRequestBuilder request =
                PlanRequest.builder().from(THURSDAY, Duration.ofDays(7)).target(Target.of(3));
        for (int i = 1; i <= 7; i++) {
            PlanWorker colab = PlanWorker.of("Colab-" + i, "colab", "c" + i, SeedFleet.COLAB);
            request.account(ProviderPolicy.colab(), "c" + i, Duration.ofHours(40 + 2 * i))
                    .worker(i < 4 ? colab.running(THURSDAY.plus(Duration.ofHours(2L * i))) : colab)
                    .account(ProviderPolicy.kaggle(), "k" + i, Duration.ofHours(15))
                    .worker(PlanWorker.of("Kaggle-" + i, "kaggle", "k" + i, SeedFleet.KAGGLE)
                            .withRest(Duration.ofMinutes(30)));
        }

        CoveragePlan plan = checked(request.build());

        assertThat(plan.sessions()).filteredOn(PlannedSession::running).isNotEmpty();
        assertThat(plan.minimum()).isEqualTo(1); // 117.6 h are left for the 83 h until the reset
        assertThat(plan.optimal()).isTrue();
        assertThat(plan.accounts())
                .allSatisfy(account -> assertThat(account.planned()).isLessThanOrEqualTo(account.safe()));
    }

    @Test
    void shouldGiveTheSamePlanForTheSameRequest() {
        PlanRequest request = withWindows(SeedFleet.weekly(3).build(), AWAKE);

        assertThat(CoveragePlanner.plan(request)).isEqualTo(CoveragePlanner.plan(request));
    }

    @Test
    void shouldUseOneSeatOfAnAccountThatAllowsOneSession() {
        ProviderPolicy single =
                ProviderPolicy.builder("single").sessionsPerAccount(1).build();
        PlanRequest request = PlanRequest.builder()
                .account(single, "a")
                .worker(PlanWorker.of("w1", "single", "a", SeedFleet.COLAB))
                .worker(PlanWorker.of("w2", "single", "a", SeedFleet.COLAB))
                .build();

        CoveragePlan plan = checked(request);

        assertThat(plan.maximum()).isEqualTo(1);
        assertThat(plan.sessions())
                .isNotEmpty()
                .allMatch(session -> session.worker().equals("w1"));
    }

    @Test
    void shouldNameWhatContradictsWhat() {
        assertRefused(PlanRequest.builder(), "plan.workers must not be empty");
        assertRefused(
                one(Duration.ofMinutes(15)),
                "worker.usable of w must be longer than plan.handOver (PT15M), or no session of it ever counts, but was PT15M");
        assertRefused(
                one(Duration.ofMinutes(44)).handOver(Duration.ofMinutes(16)),
                "worker.usable of w must be longer than plan.handOver (PT16M) by a step of PT15M, or no session of it ever counts, but was PT44M");
        assertRefused(
                one(SeedFleet.COLAB).cycle(Duration.ofDays(3650)),
                "plan.length must be at most PT672H, but was PT87600H");
        assertRefused(one(SeedFleet.COLAB).target(Target.of(2)), "plan.target asks for 2 workers, but the fleet has 1");
        assertRefused(
                one(SeedFleet.COLAB).step(Duration.ofMinutes(7)), "plan.step must be at least a minute and divide");
        assertRefused(
                one(SeedFleet.COLAB).from(THURSDAY.plusSeconds(1), Duration.ofDays(1)), "plan.from must lie on a step");
        assertRefused(
                one(SeedFleet.COLAB).worker(PlanWorker.of("w", "colab", "a", SeedFleet.COLAB)),
                "plan.workers names w twice");
        assertRefused(
                one(SeedFleet.COLAB).worker(PlanWorker.of("v", "colab", "b", SeedFleet.COLAB)),
                "plan.accounts lacks colab/b, the account of worker v");
        assertRefused(
                one(SeedFleet.COLAB).from(THURSDAY, Duration.ofMinutes(15)),
                "plan.startLead must be shorter than plan.length (PT15M)");
        assertRefused(
                one(SeedFleet.COLAB)
                        .account(
                                ProviderPolicy.builder("once")
                                        .window(QuotaWindow.none())
                                        .build(),
                                "x"),
                "policy.window of once is never reset");
        assertRefused(
                one(SeedFleet.COLAB).step(Duration.ofMinutes(1)),
                "plan.length has 10080 steps of PT1M (plan.step), but at most");
    }

    @Test
    void shouldRefuseTargetsAndWindowsThatContradictThemselves() {
        Target.Hours morning = new Target.Hours(
                LocalTime.of(8, 0), LocalTime.of(12, 0), java.util.Set.of(java.time.DayOfWeek.MONDAY), 4);
        Target.Hours noon = new Target.Hours(
                LocalTime.of(11, 0), LocalTime.MIDNIGHT, java.util.Set.of(java.time.DayOfWeek.values()), 5);
        assertThatThrownBy(() -> Target.of(3).with(morning).with(noon))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("target.overrides must not overlap")
                .hasMessageContaining("08:00")
                .hasMessageContaining("11:00");
        assertThatThrownBy(() -> StartWindow.daily(LocalTime.NOON, LocalTime.NOON, SAO_PAULO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("startWindow.to must differ from startWindow.from");
        assertThatThrownBy(() -> Target.byHour(SAO_PAULO, List.of(1, 2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("target.byHour must have 24 numbers");
        StartWindow never = StartWindow.daily(LocalTime.of(8, 1), LocalTime.of(8, 2), SAO_PAULO);
        assertRefused(
                PlanRequest.builder()
                        .account(ProviderPolicy.colab(), "a")
                        .worker(PlanWorker.of("w", "colab", "a", SeedFleet.COLAB)
                                .withWindows(never)),
                "worker.windows of w");
    }

    private static PlanRequestBuilder one(Duration usable) {
        return PlanRequest.builder()
                .account(ProviderPolicy.colab(), "a")
                .worker(PlanWorker.of("w", "colab", "a", usable));
    }

    private static void assertRefused(PlanRequestBuilder request, String message) {
        assertThatThrownBy(request::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    static PlanRequest withWindows(PlanRequest request, StartWindow... windows) {
        return request.withWorkers(request.workers().stream()
                .map(worker -> worker.withWindows(windows))
                .collect(Collectors.toList()));
    }

    /** Every plan of these tests is also checked by the code that does not trust the planner. */
    static CoveragePlan checked(PlanRequest request) {
        CoveragePlan plan = CoveragePlanner.plan(request);
        assertThat(PlanChecker.check(plan)).isEmpty();
        return plan;
    }
}
