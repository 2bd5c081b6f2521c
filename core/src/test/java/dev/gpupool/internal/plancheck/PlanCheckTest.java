package dev.gpupool.internal.plancheck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.internal.plancheck.Series.Stretch;
import dev.gpupool.planning.Certificate.Branch;
import dev.gpupool.planning.Certificate.Claim;
import dev.gpupool.planning.Certificate.Leaf;
import dev.gpupool.planning.Certificate.PriceSpan;
import dev.gpupool.planning.Certificate.Proof;
import dev.gpupool.planning.CoveragePlan;
import dev.gpupool.planning.PlanAccount;
import dev.gpupool.planning.PlanChecker;
import dev.gpupool.planning.PlanRequest;
import dev.gpupool.planning.PlanWorker;
import dev.gpupool.planning.PlannedSession;
import dev.gpupool.planning.QuotaSpan;
import dev.gpupool.planning.SeedFleet;
import dev.gpupool.planning.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class PlanCheckTest {
    private static final Instant FROM = Instant.parse("2026-03-02T00:00:00Z");
    private static final Duration STEP = Duration.ofMinutes(15);

    @Test
    void shouldAcceptAnEmptyPlanThatClaimsNothing() {
        assertThat(PlanChecker.check(PlanFigures.of(day(Duration.ofHours(8)), List.of())))
                .isEmpty();
    }

    /** 8 h of quota and a hand-over of a quarter: 7.75 h of coverage at most, so 16.25 h are missing. */
    @Test
    void shouldAcceptTheProofThatQuotaIsShort() {
        PlanRequest request = day(Duration.ofHours(8));
        CoveragePlan plan = plan(request, 65, leaf(96, 1, 1));

        assertThat(plan.shortfallSteps()).isEqualTo(65);
        assertThat(PlanChecker.check(plan)).isEmpty();
        assertThat(plan.optimal()).isTrue();
    }

    @Test
    void shouldTellWhatABoundIsAndWhatItMustBe() {
        CoveragePlan plan = plan(day(Duration.ofHours(8)), 66, leaf(96, 1, 1));

        assertThat(PlanChecker.check(plan))
                .anyMatch(sentence -> sentence.contains("bound of 65") && sentence.contains("must be above 65"));
    }

    @Test
    void shouldRefuteFourOfTheSeedsFleetOnItsWeeklyQuotas() {
        PlanRequest request = SeedFleet.weekly().build();
        Claim claim = new Claim(Collections.nCopies(672, 4), 0, 1, leaf(672, 1, 1));
        CoveragePlan plan = PlanFigures.of(request, List.of(), 3, 0, List.of(claim));

        assertThat(PlanChecker.check(plan)).isEmpty();
        assertThat(PlanChecker.check(PlanFigures.of(request, List.of(), 2, 0, List.of(claim))))
                .anyMatch(sentence -> sentence.contains("refutes 3"));
    }

    /** Prices that differ at every step, cases of every worker, and a bound that fails: no shortcut helps. */
    @Test
    @Timeout(60)
    void shouldCheckAWeekOfFourteenWorkersInSeconds() {
        List<PriceSpan> shorts = new ArrayList<>();
        for (int step = 0; step < 672; step++) {
            shorts.add(new PriceSpan(step, step + 1, 500 + (step * 7919L) % 500));
        }
        Proof proof = new Leaf(1_000, shorts, List.of(), Map.of(), 1_000);
        for (String worker : List.of("Colab-1", "Kaggle-1")) {
            proof = new Branch(worker, 300, proof, proof);
        }
        Claim claim = new Claim(Collections.nCopies(672, 5), 0, 1, proof);
        CoveragePlan plan = PlanFigures.of(SeedFleet.weekly().build(), List.of(), 4, 0, List.of(claim));

        assertThat(PlanChecker.check(plan)).isEmpty();
    }

    @Test
    void shouldCheckAProofThatIsDeeperThanTheStack() throws InterruptedException {
        Proof proof = leaf(96, 1, 1);
        for (int i = 0; i < 3_000; i++) {
            proof = new Branch("w", i % 96, leaf(96, 1, 1), proof);
        }
        CoveragePlan plan = plan(day(Duration.ofHours(8)), 1, proof);
        List<String> wrong = new ArrayList<>(List.of("not checked"));
        Thread small = new Thread(
                null,
                () -> Collections.replaceAll(
                        wrong, "not checked", PlanChecker.check(plan).toString()),
                "small",
                128 * 1024);
        small.start();
        small.join();

        assertThat(wrong).containsExactly("[]");
    }

    @Test
    void shouldSayThatNumbersAreTooLargeRatherThanOverflow() {
        PlanRequest request = day(Duration.ofHours(8));
        long huge = Long.MAX_VALUE / 8;
        for (Leaf leaf : List.of(
                new Leaf(huge, List.of(new PriceSpan(0, 96, huge)), List.of(), Map.of(), 0),
                new Leaf(huge, List.of(), List.of(new PriceSpan(0, 1, Long.MAX_VALUE)), Map.of(), 0),
                new Leaf(1, List.of(), List.of(), Map.of("p/a", List.of(Long.MAX_VALUE)), 0),
                new Leaf(1, List.of(new PriceSpan(0, 96, 1)), List.of(), Map.of(), Long.MAX_VALUE))) {
            Proof proof = new Branch("w", 5, leaf, leaf);
            assertThat(PlanChecker.check(plan(request, 65, proof)))
                    .anyMatch(sentence -> sentence.contains("claim 0 is not proven") && sentence.contains("too large"));
        }
        assertThat(PlanChecker.check(plan(request, Long.MAX_VALUE, leaf(96, 2, 1))))
                .anyMatch(sentence -> sentence.contains("too large"));
    }

    @Test
    void shouldReportSessionsAtTheEndsOfTime() {
        PlanRequest request = day(Duration.ofHours(8));
        for (PlannedSession session : List.of(
                new PlannedSession("w", Instant.MIN, FROM, FROM.plus(STEP), false),
                new PlannedSession("w", FROM, FROM.plus(STEP), Instant.MAX, false),
                new PlannedSession("w", FROM, FROM, FROM, false),
                new PlannedSession("w", FROM.plusNanos(1), FROM.plus(STEP), FROM.plus(STEP), false))) {
            assertThat(PlanChecker.check(Edits.sessions(PlanFigures.of(request, List.of()), List.of(session))))
                    .anyMatch(sentence -> sentence.contains("does not lie on the grid"));
        }
    }

    @Test
    void shouldNameWhatIsWrongWithASession() {
        PlanRequest request = day(Duration.ofHours(3));

        assertThat(wrong(request, new Stretch(0, 1, 13, false))).anyMatch(text -> text.contains("uses 13 steps"));
        assertThat(wrong(request, new Stretch(0, 1, 1, false)))
                .anyMatch(text -> text.contains("no more than its hand-over"));
        assertThat(wrong(request, new Stretch(0, 1, 47, false))).anyMatch(text -> text.contains("at most 46"));
        assertThat(wrong(request, new Stretch(0, 0, 9, true))).anyMatch(text -> text.contains("does not run already"));
        assertThat(wrong(request, new Stretch(0, 2, 9, false))).anyMatch(text -> text.contains("counts 2 steps after"));
    }

    private static List<String> wrong(PlanRequest request, Stretch stretch) {
        return PlanChecker.check(PlanFigures.of(request, List.of(PlanFigures.session(request, "w", stretch))));
    }

    /** One worker for a repeated day, of which it may use some hours. */
    private static PlanRequest day(Duration safe) {
        PlanAccount account =
                new PlanAccount("p", "a", 0, List.of(new QuotaSpan(FROM, FROM.plus(Duration.ofDays(1)), safe)));
        return PlanRequest.builder()
                .cycle(FROM, Duration.ofDays(1))
                .worker(PlanWorker.of("w", "p", "a", Duration.ofMinutes(690)))
                .account(account)
                .target(Target.of(1))
                .build();
    }

    private static CoveragePlan plan(PlanRequest request, long atLeast, Proof proof) {
        PlannedSession session = PlanFigures.session(request, "w", new Stretch(0, 1, 32, false));
        Claim claim = new Claim(Collections.nCopies(96, 1), 0, atLeast, proof);
        Claim always = new Claim(Collections.nCopies(96, 1), 0, 1, leaf(96, 1, 1));
        return PlanFigures.of(request, List.of(session), 0, Math.min(atLeast, 65), List.of(claim, always));
    }

    /** What a step of coverage is worth is what a step of quota costs. */
    private static Leaf leaf(int steps, long unit, long price) {
        return new Leaf(unit, List.of(new PriceSpan(0, steps, price)), List.of(), Map.of(), 0);
    }
}
