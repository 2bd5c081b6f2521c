package dev.gpupool.testkit.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gpupool.PoolEvent;
import dev.gpupool.PoolEvent.Type;
import dev.gpupool.planning.CoveragePlan;
import dev.gpupool.planning.LivePlan;
import dev.gpupool.planning.PlanChecker;
import dev.gpupool.planning.PlanOptions;
import dev.gpupool.planning.PlannedSession;
import dev.gpupool.planning.Target;
import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.testkit.SimWorker;
import dev.gpupool.testkit.SimWorkerSpec;
import dev.gpupool.testkit.TestPool;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A plan that is followed while things go wrong. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PlanTroubleTest {
    private static final PlanOptions ONE = options(1, Duration.ofDays(2));

    private final TestPool test = TestPool.create(
            12,
            builder -> builder.provider(ProviderPolicy.colab())
                    .provider(ProviderPolicy.kaggle())
                    .provider(ProviderPolicy.unlimited("own"))
                    .provider(ProviderPolicy.builder("single")
                            .sessionCap(Duration.ofHours(12))
                            .sessionsPerAccount(1)
                            .build()));
    private final Map<String, SimWorker> workers = new TreeMap<>();

    @AfterEach
    void close() {
        test.close();
    }

    @Test
    void shouldKeepThePlanAndTellOnceWhyWhenTheTargetIsAboveWhatIsLeftOfTheFleet() {
        online("Colab-1");
        online("Kaggle-1");
        stop("Kaggle-1");
        try (LivePlan plan = test.pool().follow(options(2, Duration.ofDays(2)))) {
            CoveragePlan before = plan.current();

            test.pool().workers().remove("Kaggle-1");
            test.advance(Duration.ofDays(3));

            assertThat(events(Type.PLAN_FAILED))
                    .singleElement()
                    .satisfies(event -> assertThat(event.message())
                            .isEqualTo("the plan stays as it is: plan.target asks for 2 workers, but the fleet has 1"));
            assertThat(plan.current()).isSameAs(before);
            assertThat(events(Type.PLAN_START_DUE))
                    .as("nobody is asked to start what was removed")
                    .noneMatch(event -> event.worker().equals("Kaggle-1"));
            assertThatThrownBy(plan::replan).isInstanceOf(IllegalArgumentException.class);

            online("Kaggle-2");
            test.advance(Duration.ofMinutes(1));

            assertThat(plan.current())
                    .as("it is planned again as soon as it can be")
                    .isNotSameAs(before);
            assertThat(PlanChecker.check(plan.current())).isEmpty();
        }
    }

    @Test
    void shouldPlanAgainWhenAWorkerIsRemovedThatDoesNotRun() {
        online("Colab-1");
        online("Kaggle-1");
        stop("Kaggle-1");
        try (LivePlan plan = test.pool().follow(options(2, Duration.ofDays(2)))) {
            assertThat(plan.current().sessions())
                    .anyMatch(session -> session.worker().equals("Kaggle-1"));
            online("Kaggle-2");

            test.pool().workers().remove("Kaggle-1");
            test.advance(Duration.ofMinutes(1));

            assertThat(test.count(Type.WORKER_REMOVED)).isEqualTo(1);
            assertThat(plan.current().sessions())
                    .noneMatch(session -> session.worker().equals("Kaggle-1"));
            test.pool().workers().remove("Kaggle-1");
            assertThat(test.count(Type.WORKER_REMOVED))
                    .as("the second time it does nothing")
                    .isEqualTo(1);
        }
    }

    @Test
    void shouldMissAStartAlthoughItWasPlannedAgainMeanwhile() {
        online("Colab-1");
        online("Kaggle-1");
        stop("Kaggle-1");
        stop("Colab-1");
        try (LivePlan plan = test.pool().follow(ONE)) {
            String asked = untilTold().worker();
            for (int i = 0; i < 6; i++) {
                test.advance(Duration.ofMinutes(5));
                plan.replan();
            }

            assertThat(events(Type.PLAN_START_MISSED)).isNotEmpty();
            assertThat(events(Type.PLAN_START_MISSED).get(0).worker()).isEqualTo(asked);
            assertThat(events(Type.PLAN_START_DUE).get(1).worker())
                    .as("then the other one is asked")
                    .isNotEqualTo(asked);
        }
    }

    @Test
    void shouldNotPlanOtherwiseWhileAStartThatWasToldIsUnderWay() {
        online("Colab-1");
        online("Kaggle-1");
        stop("Kaggle-1");
        stop("Colab-1");
        try (LivePlan plan = test.pool().follow(ONE)) {
            PoolEvent told = untilTold();
            test.advance(Duration.ofMinutes(3));

            assertThat(plan.replan().startChanges()).isZero();
            test.advance(Duration.ofMinutes(2));
            online(told.worker());
            test.advance(Duration.ofMinutes(30));

            assertThat(test.count(Type.PLAN_START_DUE)).isEqualTo(1);
            assertThat(test.count(Type.PLAN_START_MISSED)).isZero();
        }
    }

    @Test
    void shouldRenewAShortPlanBeforeItRunsOut() {
        workers.put("Box-1", test.worker(SimWorkerSpec.of("own", "box", "Box-1").build()));
        test.advance(Duration.ofMinutes(5));
        try (LivePlan plan = test.pool().follow(options(1, Duration.ofHours(6)))) {
            for (int hour = 1; hour <= 12; hour++) {
                test.advance(Duration.ofHours(1));
                Instant end = plan.current().request().from().plus(Duration.ofHours(6));
                assertThat(end).isAfter(test.clock().instant().plus(Duration.ofHours(2)));
            }
        }
    }

    @Test
    void shouldPlanAlthoughWorkersThatShareAPlaceAreToldOtherwise() {
        workers.put("B", test.worker(SimWorkerSpec.of("single", "shared", "B").build()));
        test.advance(Duration.ofMinutes(5));
        stop("B");
        workers.put(
                "Z",
                test.worker(SimWorkerSpec.of("single", "shared", "Z")
                        .maxRuntime(Duration.ofHours(5))
                        .build()));
        test.advance(Duration.ofMinutes(5));

        CoveragePlan plan = test.pool().plan(ONE);

        assertThat(PlanChecker.check(plan)).isEmpty();
        assertThat(first(plan, "Z").running())
                .as("the place is that of the one that runs")
                .isTrue();
    }

    @Test
    void shouldPlanTheOthersWhenASessionIsTooShortToCount() {
        online("Colab-1");
        workers.put(
                "Kaggle-1",
                test.worker(spec("Kaggle-1").maxRuntime(Duration.ofMinutes(20)).build()));
        test.advance(Duration.ofSeconds(30));

        CoveragePlan plan = test.pool().plan(ONE);

        assertThat(PlanChecker.check(plan)).isEmpty();
        assertThat(plan.sessions()).anyMatch(session -> session.worker().equals("Colab-1"));
        assertThat(plan.sessions()).noneMatch(session -> session.worker().equals("Kaggle-1") && !session.running());
    }

    @Test
    void shouldLetAWorkerRestAfterTheSessionThatItHad() {
        online("Colab-1");
        stop("Colab-1");
        Instant now = test.clock().instant();

        CoveragePlan plan = test.pool()
                .plan(PlanOptions.builder()
                        .length(Duration.ofDays(1))
                        .rest(Duration.ofHours(2))
                        .build());

        assertThat(first(plan, "Colab-1").start())
                .isAfter(now.plus(Duration.ofMinutes(110)))
                .isBefore(now.plus(Duration.ofMinutes(135)));
    }

    @Test
    void shouldPlanOnceForAStormOfEvents() {
        online("Colab-1");
        online("Kaggle-1");
        try (LivePlan plan = test.pool().follow(ONE)) {
            test.advance(Duration.ofMinutes(1));
            CoveragePlan last = plan.current();
            int plans = 0;
            for (int i = 1; i <= 40; i++) {
                test.await(test.pool()
                        .accounts()
                        .report(
                                "colab",
                                "Colab-1",
                                Duration.ofMinutes(i),
                                test.clock().instant()));
                test.advance(Duration.ofMillis(100));
                plans += plan.current().equals(last) ? 0 : 1;
                last = plan.current();
            }
            test.advance(Duration.ofSeconds(10));

            assertThat(test.count(Type.QUOTA_CORRECTED)).isEqualTo(40);
            assertThat(plans).as("the first at once, the others together").isBetween(1, 2);
            assertThat(plan.current()).as("and none is forgotten").isNotSameAs(last);
        }
    }

    @Test
    void shouldPlanAgainWhenTheWallClockJumps() {
        online("Colab-1");
        online("Kaggle-1");
        try (LivePlan plan = test.pool().follow(ONE)) {
            test.clock().jumpWall(Duration.ofHours(30));
            test.advance(Duration.ofMinutes(2));

            assertThat(test.count(Type.CLOCK_JUMPED)).isEqualTo(1);
            assertThat(plan.current().request().from())
                    .isAfter(test.clock().instant().minus(Duration.ofMinutes(5)));
            assertThat(events(Type.PLAN_START_DUE))
                    .as("nobody is asked to start what lies in the past")
                    .isEmpty();
        }
    }

    @Test
    void shouldPlanAgainWhenASessionIsShorterThanPlanned() {
        online("Colab-1");
        online("Kaggle-1");
        stop("Kaggle-1");
        stop("Colab-1");
        try (LivePlan plan = test.pool().follow(ONE)) {
            String asked = untilTold().worker();
            Instant now = test.clock().instant();
            workers.put(
                    asked,
                    test.worker(spec(asked).maxRuntime(Duration.ofHours(3)).build()));
            test.advance(Duration.ofMinutes(1));

            assertThat(first(plan.current(), asked).end()).isBeforeOrEqualTo(now.plus(Duration.ofHours(3)));
            assertThat(test.count(Type.PLAN_CHANGED)).isEqualTo(1);
        }
    }

    private PoolEvent untilTold() {
        for (int minute = 0; minute < 60 && test.count(Type.PLAN_START_DUE) == 0; minute++) {
            test.advance(Duration.ofMinutes(1));
        }
        return events(Type.PLAN_START_DUE).get(0);
    }

    private List<PoolEvent> events(Type type) {
        return test.events().stream().filter(event -> event.type() == type).toList();
    }

    private static PlannedSession first(CoveragePlan plan, String worker) {
        return plan.sessions().stream()
                .filter(session -> session.worker().equals(worker))
                .findFirst()
                .orElseThrow();
    }

    private static PlanOptions options(int target, Duration length) {
        return PlanOptions.builder().target(Target.of(target)).length(length).build();
    }

    private static SimWorkerSpec.Builder spec(String worker) {
        return SimWorkerSpec.of(worker.startsWith("Colab") ? "colab" : "kaggle", worker, worker)
                .boot(Duration.ofSeconds(1));
    }

    private void online(String worker) {
        SimWorker known = workers.get(worker);
        if (known == null) {
            workers.put(worker, test.worker(spec(worker).build()));
        } else {
            known.restart();
        }
        test.advance(Duration.ofSeconds(5));
    }

    private void stop(String worker) {
        SimWorker known = java.util.Objects.requireNonNull(workers.get(worker));
        known.shutDown(Duration.ZERO);
        test.advance(Duration.ofMinutes(5));
        assertThat(known.isRunning()).isFalse();
    }
}
