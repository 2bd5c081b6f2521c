package dev.gpupool.planning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests at the edge of what is allowed: a plan in seconds, or a refusal that names what is too much. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PlanLimitsTest {
    private static final Instant MONDAY = Instant.parse("2026-11-30T00:00:00Z");
    private static final Duration STEP = Duration.ofMinutes(15);

    @Test
    void shouldGiveThePlaceToTheWorkerThatRuns() {
        CoveragePlan plan =
                checked(shared(worker("w1"), worker("w2").running(MONDAY.plus(Duration.ofHours(5))), worker("w3")));

        assertThat(plan.sessions())
                .isNotEmpty()
                .allMatch(session -> session.worker().equals("w2"));
    }

    @Test
    void shouldGiveThePlaceToTheWorkerThatIsBackFirst() {
        CoveragePlan plan = checked(shared(
                worker("w1").lostUntil(MONDAY.plus(Duration.ofHours(9))),
                worker("w2").lostUntil(MONDAY.plus(Duration.ofHours(1)))));

        assertThat(plan.sessions())
                .isNotEmpty()
                .allMatch(session -> session.worker().equals("w2"))
                .allMatch(session -> !session.start().isBefore(MONDAY.plus(Duration.ofHours(1))));
    }

    @Test
    void shouldRoundAHandOverUpHoweverLittleItIsAboveAStep() {
        PlanRequest request = one(worker("w1"))
                .handOver(STEP.plusNanos(1))
                .startLead(STEP.plusNanos(1))
                .build();

        assertThat(request.firstJudged()).isEqualTo(2);
        CoveragePlan plan = checked(request);
        assertThat(plan.sessions())
                .isNotEmpty()
                .allMatch(session -> session.coversFrom().equals(session.start().plus(STEP.multipliedBy(2))));
    }

    @Test
    void shouldTakeASessionWithoutEndAsOneThatGoesOnToTheEndOfThePlan() {
        CoveragePlan plan = checked(one(worker("w1").running(Instant.MAX)).build());

        assertThat(plan.sessions())
                .singleElement()
                .satisfies(session -> assertThat(session.end()).isEqualTo(MONDAY.plus(Duration.ofDays(1))));
    }

    @Test
    void shouldNameTimesThatLieOnNoGrid() {
        assertRefused(
                one(worker("w1")).step(Duration.ofMinutes(5).plusNanos(1)),
                "plan.step must be at least a minute and divide 15 minutes, but was PT5M0.000000001S");
        assertRefused(
                one(worker("w1")).from(MONDAY, Duration.ofDays(1).plusNanos(1)),
                "plan.length must be whole steps of PT15M (plan.step), but was PT24H0.000000001S");
        assertRefused(
                one(worker("w1")).from(Instant.MAX, Duration.ofDays(1)),
                "plan.from must lie from 1900-01-01T00:00:00Z to 9999-01-01T00:00:00Z");
        PlanAccount ragged = new PlanAccount(
                "p",
                "b",
                0,
                List.of(
                        new QuotaSpan(MONDAY, MONDAY.plus(STEP).plusNanos(1), STEP),
                        new QuotaSpan(MONDAY.plus(STEP).plusNanos(1), MONDAY.plus(Duration.ofDays(1)), STEP)));
        assertRefused(one(worker("w1")).account(ragged), "account.spans of b must end on a step of PT15M");
    }

    /** A cycle can be cut at 1,900 places, and each is dear. (To check the plan takes minutes: the checker tries each.) */
    @Test
    void shouldPlanLongSessionsOfALongCycleInSeconds() {
        PlanRequestBuilder request =
                PlanRequest.builder().cycle(MONDAY, Duration.ofDays(28)).effort(1);
        request.worker(PlanWorker.of("w1", "p", "a", Duration.ofDays(20))
                        .withWindows(StartWindow.daily(LocalTime.of(7, 0), LocalTime.of(23, 30), ZoneOffset.UTC)))
                .account(new PlanAccount(
                        "p",
                        "a",
                        0,
                        List.of(new QuotaSpan(MONDAY, MONDAY.plus(Duration.ofDays(28)), Duration.ofDays(20)))));

        CoveragePlan plan = CoveragePlanner.plan(request.build());

        assertThat(plan.sessions()).hasSize(1);
        assertThat(plan.shortfallSteps()).isEqualTo(2_688 - 20 * 96 + 1);
        assertThat(plan.shortfallAtLeast()).isEqualTo(plan.shortfallSteps());
    }

    @Test
    void shouldRefuseAFleetThatTakesTooLongOverSoManySteps() {
        PlanRequestBuilder request =
                PlanRequest.builder().from(MONDAY, Duration.ofDays(28)).effort(1);
        for (int i = 0; i < 10_000; i++) {
            request.worker(PlanWorker.of("w" + i, "p", "a" + i, Duration.ofHours(11)))
                    .account(new PlanAccount(
                            "p",
                            "a" + i,
                            0,
                            List.of(new QuotaSpan(MONDAY, MONDAY.plus(Duration.ofDays(28)), Duration.ofDays(10)))));
        }
        assertRefused(
                request,
                "plan.workers are 10000 over 2688 steps with up to 960 of them paid for: that takes 25831680000 table entries, but"
                        + " at most 2000000000 are allowed: plan a shorter time, longer steps or fewer workers");
    }

    @Test
    void shouldRefuseMoreStartWindowsThanCanBeLookedAt() {
        PlanRequestBuilder request = PlanRequest.builder().from(MONDAY, Duration.ofDays(1));
        StartWindow[] windows = new StartWindow[50];
        for (int i = 0; i < 50; i++) {
            windows[i] = StartWindow.daily(LocalTime.of(7, i), LocalTime.of(8, i), ZoneOffset.UTC);
        }
        for (int i = 0; i < 500; i++) {
            request.worker(worker("w" + i).withWindows(windows));
        }
        request.account(account(0));

        assertRefused(request, "plan.workers have 25000 start windows together, but may have at most 20000");
    }

    private static PlanRequest shared(PlanWorker... some) {
        PlanRequestBuilder request =
                PlanRequest.builder().from(MONDAY, Duration.ofDays(1)).account(account(1));
        for (PlanWorker worker : some) {
            request.worker(worker);
        }
        return request.build();
    }

    private static PlanRequestBuilder one(PlanWorker worker) {
        return PlanRequest.builder()
                .from(MONDAY, Duration.ofDays(1))
                .worker(worker)
                .account(account(0));
    }

    private static PlanWorker worker(String name) {
        return PlanWorker.of(name, "p", "a", Duration.ofHours(8));
    }

    private static PlanAccount account(int sessions) {
        return new PlanAccount(
                "p",
                "a",
                sessions,
                List.of(new QuotaSpan(MONDAY, MONDAY.plus(Duration.ofDays(1)), Duration.ofDays(1))));
    }

    private static CoveragePlan checked(PlanRequest request) {
        return CoveragePlannerTest.checked(request);
    }

    private static void assertRefused(PlanRequestBuilder request, String message) {
        assertThatThrownBy(request::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }
}
