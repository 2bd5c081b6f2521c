package dev.gpupool.planning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.quota.ProviderPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A worker is lost in the middle of a plan. How few changes are few is judged so: no worker's changes can be undone alone
 * without a lower minimum, a larger shortfall, more starts, or more quota than there is.
 */
class ReplanTest {
    private static final Instant MONDAY = Instant.parse("2026-11-30T00:00:00Z");
    private static final Instant LOST_AT = MONDAY.plus(Duration.ofHours(37));
    private static final Duration WEEK = Duration.ofDays(7);
    private static final List<String> FLEET = IntStream.rangeClosed(1, 14)
            .mapToObj(i -> i <= 7 ? "Colab-" + i : "Kaggle-" + (i - 7))
            .toList();

    static Stream<String> fleet() {
        return FLEET.stream();
    }

    @ParameterizedTest
    @MethodSource("fleet")
    void shouldComeBackToTheOptimumOfTheOthersAfterALossWithinTheStartLead(String lost) {
        CoveragePlan before = CoveragePlannerTest.checked(request(MONDAY, List.of(), ""));

        PlanRequest after = request(LOST_AT, before.sessions(), lost);
        CoveragePlan plan = CoveragePlannerTest.checked(after);

        assertThat(after.firstJudged()).isEqualTo(1); // 15 minutes
        assertThat(plan.minimum()).isEqualTo(Math.min(3, plan.minimumAtMost()));
        assertThat(plan.shortfallSteps()).isEqualTo(plan.shortfallAtLeast());
        assertThat(plan.sessions())
                .filteredOn(session -> session.worker().equals(lost))
                .allMatch(session -> !session.start().isBefore(LOST_AT.plus(Duration.ofDays(1))));
        assertNoChangeCanBeUndoneAlone(plan, lost);
        assertThat(plan.since(before).startChanges())
                .as("what a person has to learn: %s", plan.since(before).text(java.time.ZoneOffset.UTC))
                .isLessThanOrEqualTo(12);
    }

    @Test
    void shouldMoveNothingWhenAllGoesByThePlan() {
        CoveragePlan before = CoveragePlannerTest.checked(request(MONDAY, List.of(), ""));

        CoveragePlan plan = CoveragePlannerTest.checked(request(LOST_AT, before.sessions(), ""));

        PlanDiff diff = plan.since(before);
        assertThat(diff.changes())
                .as("room is made for what the first plan did not know")
                .hasSizeLessThanOrEqualTo(6)
                .noneMatch(change -> change.kind() == PlanDiff.Kind.MOVED || change.kind() == PlanDiff.Kind.REMOVED);
    }

    @Test
    void shouldSayInWordsWhatChanges() {
        CoveragePlan before = CoveragePlanner.plan(request(MONDAY, List.of(), ""));
        String lost = before.sessions().stream()
                .filter(session -> runs(session, LOST_AT))
                .findFirst()
                .orElseThrow()
                .worker();

        PlanDiff diff =
                CoveragePlanner.plan(request(LOST_AT, before.sessions(), lost)).since(before);

        assertThat(diff.isEmpty()).isFalse();
        assertThat(diff.text(java.time.ZoneId.of("America/Sao_Paulo")).lines())
                .hasSameSizeAs(diff.changes())
                .allMatch(
                        line -> line.matches(
                                "(Colab|Kaggle)-\\d: (starts|does not start|does not go on|ends) .*(Mon|Tue|Wed|Thu|Fri|Sat|Sun) \\d\\d:\\d\\d.*"));
    }

    /** The fleet's state if all went by the plan until now. */
    private static PlanRequest request(Instant now, List<PlannedSession> plan, String lost) {
        PlanRequestBuilder request =
                PlanRequest.builder().from(now, WEEK).target(Target.of(3)).previous(plan);
        for (String worker : FLEET) {
            boolean colab = worker.startsWith("Colab");
            Duration usable = colab ? SeedFleet.COLAB : SeedFleet.KAGGLE;
            PlanWorker state = PlanWorker.of(worker, colab ? "colab" : "kaggle", worker, usable);
            Duration used = Duration.ZERO;
            for (PlannedSession session : plan) {
                if (session.worker().equals(worker) && session.start().isBefore(now)) {
                    Instant until = session.end().isBefore(now) ? session.end() : now;
                    used = used.plus(Duration.between(session.start(), until));
                    if (runs(session, now)) {
                        state = state.running(session.start().plus(usable));
                    }
                }
            }
            request.account(colab ? ProviderPolicy.colab() : ProviderPolicy.kaggle(), worker, used)
                    .worker(worker.equals(lost) ? state.lostUntil(now.plus(Duration.ofDays(1))) : state);
        }
        return request.build();
    }

    private static boolean runs(PlannedSession session, Instant at) {
        return !session.start().isAfter(at) && session.end().isAfter(at);
    }

    private static void assertNoChangeCanBeUndoneAlone(CoveragePlan plan, String lost) {
        PlanRequest request = plan.request();
        Set<String> changed = new TreeSet<>();
        plan.request().previous().stream()
                .filter(session -> session.end().isAfter(request.from()))
                .filter(session -> !plan.sessions().contains(asSeenFrom(session, request)))
                .forEach(session -> changed.add(session.worker()));
        changed.remove(lost);
        for (String worker : changed) {
            List<PlannedSession> undone = new ArrayList<>(plan.sessions());
            undone.removeIf(session -> session.worker().equals(worker));
            request.previous().stream()
                    .filter(session -> session.worker().equals(worker))
                    .filter(session -> session.end().isAfter(request.from()))
                    .map(session -> asSeenFrom(session, request))
                    .forEach(undone::add);
            int[] coverage = coverage(undone, request);
            int minimum = IntStream.range(request.firstJudged(), coverage.length)
                    .map(step -> coverage[step])
                    .min()
                    .orElseThrow();
            long shortfall = IntStream.range(request.firstJudged(), coverage.length)
                    .map(step -> Math.max(0, request.demand(step) - coverage[step]))
                    .sum();
            long starts = undone.stream().filter(session -> !session.running()).count();
            assertThat(minimum < plan.minimum()
                            || shortfall > plan.shortfallSteps()
                            || starts > plan.starts()
                            || overQuota(undone, request))
                    .as("the changes of %s could be undone alone: %s", worker, plan.since(plan))
                    .isTrue();
        }
    }

    private static PlannedSession asSeenFrom(PlannedSession session, PlanRequest request) {
        return session.start().isAfter(request.from())
                ? session
                : new PlannedSession(session.worker(), request.from(), request.from(), session.end(), true);
    }

    private static int[] coverage(List<PlannedSession> sessions, PlanRequest request) {
        int[] coverage = new int[request.steps()];
        for (PlannedSession session : sessions) {
            for (int step = 0; step < coverage.length; step++) {
                Instant at = request.instant(step);
                coverage[step] += !at.isBefore(session.coversFrom()) && at.isBefore(session.end()) ? 1 : 0;
            }
        }
        return coverage;
    }

    private static boolean overQuota(List<PlannedSession> sessions, PlanRequest request) {
        TreeMap<String, PlanAccount> accounts = new TreeMap<>();
        request.accounts().forEach(account -> accounts.put(account.account(), account));
        for (PlanAccount account : accounts.values()) {
            for (QuotaSpan span : account.spans()) {
                Duration used = Duration.ZERO;
                for (PlannedSession session : sessions) {
                    if (session.worker().equals(account.account())) {
                        Instant from = session.start().isAfter(span.from()) ? session.start() : span.from();
                        Instant to = session.end().isBefore(span.to()) ? session.end() : span.to();
                        used = from.isBefore(to) ? used.plus(Duration.between(from, to)) : used;
                    }
                }
                if (used.compareTo(span.safe()) > 0) {
                    return true;
                }
            }
        }
        return false;
    }
}
