package dev.gpupool.testkit.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gpupool.PoolClosedException;
import dev.gpupool.PoolEvent;
import dev.gpupool.UnknownTenantException;
import dev.gpupool.planning.CoveragePlan;
import dev.gpupool.planning.LivePlan;
import dev.gpupool.planning.PlanChecker;
import dev.gpupool.planning.PlanOptions;
import dev.gpupool.planning.PlannedSession;
import dev.gpupool.planning.StartWindow;
import dev.gpupool.planning.Target;
import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.testkit.SimWorker;
import dev.gpupool.testkit.SimWorkerSpec;
import dev.gpupool.testkit.TestPool;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PlanCasesTest {
    private static final PlanOptions ONE = PlanOptions.builder()
            .target(Target.of(1))
            .length(Duration.ofDays(2))
            .endSessions(true)
            .build();

    private final TestPool test = TestPool.create(
            11, builder -> builder.provider(ProviderPolicy.colab()).provider(ProviderPolicy.kaggle()));
    private final Map<String, SimWorker> workers = new TreeMap<>();

    @AfterEach
    void close() {
        test.close();
    }

    @Test
    void shouldPlanFromTheSessionsThatRunAndWhatIsLeftOfQuotas() {
        online("Colab-1");
        online("Kaggle-1");
        test.await(test.pool()
                .accounts()
                .report("colab", "Colab-1", Duration.ofHours(50), test.clock().instant()));
        test.advance(Duration.ofHours(2));

        CoveragePlan plan = test.pool()
                .plan(PlanOptions.builder().length(Duration.ofHours(6)).build());

        assertThat(PlanChecker.check(plan)).isEmpty();
        assertThat(plan.request().from())
                .as("the next quarter of an hour")
                .isEqualTo(TestPool.START.plus(Duration.ofMinutes(135)));
        assertThat(plan.sessions()).filteredOn(PlannedSession::running).hasSize(2);
        assertThat(plan.accounts())
                .filteredOn(account -> account.account().equals("colab/Colab-1"))
                .singleElement()
                .satisfies(account -> {
                    assertThat(account.safe()).isEqualTo(Duration.ofMinutes(58 * 60 + 48 - 50 * 60));
                    assertThat(account.planned()).isEqualTo(Duration.ofHours(6));
                });
        Instant shutdown = test.pool().status().workers().stream()
                .filter(worker -> worker.worker().equals("Kaggle-1"))
                .findFirst()
                .orElseThrow()
                .shutdownAt();
        assertThat(first(plan, "Kaggle-1").end()).isBeforeOrEqualTo(shutdown);
    }

    @Test
    void shouldWriteNothingForAPlan() {
        online("Colab-1");
        test.advance(Duration.ofMinutes(1));
        int events = test.events().size();

        test.pool().plan(PlanOptions.defaults());
        test.settle();

        assertThat(test.events()).hasSize(events);
    }

    @Test
    void shouldTellToStartAndBeforeTheEndAndKeepOneOnlineIfThePersonObeys() {
        online("Colab-1");
        online("Kaggle-1");
        stop("Kaggle-1");
        try (LivePlan plan = test.pool().follow(ONE)) {
            List<Instant> dark = new ArrayList<>();
            int heard = 0;
            for (int minute = 0; minute < 24 * 60; minute++) {
                test.advance(Duration.ofMinutes(1));
                for (PoolEvent event : told(heard)) {
                    if (event.type() == PoolEvent.Type.PLAN_START_DUE) {
                        online(event.worker());
                    }
                }
                heard = test.events().size();
                if (test.pool().status().health().online() == 0) {
                    dark.add(test.clock().instant());
                }
            }

            assertThat(dark).isEmpty();
            assertThat(test.count(PoolEvent.Type.PLAN_START_DUE)).isGreaterThanOrEqualTo(2);
            assertThat(test.count(PoolEvent.Type.PLAN_START_MISSED)).isZero();
            assertThat(test.events())
                    .filteredOn(event -> event.type() == PoolEvent.Type.PLAN_END_SOON)
                    .isNotEmpty()
                    .allMatch(event -> event.message().contains("ends in 20 min"));
            assertThat(plan.current().minimum()).isEqualTo(1);
        }
    }

    @Test
    void shouldPlanAgainWhenAWorkerIsLostAndSayWhatChanges() {
        online("Colab-1");
        online("Kaggle-1");
        stop("Kaggle-1");
        try (LivePlan plan = test.pool().follow(ONE)) {
            CoveragePlan before = plan.current();
            assertThat(first(before, "Colab-1").running()).isTrue();

            test.advance(Duration.ofMinutes(20));
            known("Colab-1").crash();
            test.advance(Duration.ofMinutes(6));

            assertThat(test.count(PoolEvent.Type.PLAN_CHANGED)).isEqualTo(1);
            assertThat(plan.current().request().from()).isAfter(before.request().from());
            assertThat(plan.current().minimum()).isEqualTo(1);
            assertThat(test.events())
                    .filteredOn(event -> event.type() == PoolEvent.Type.PLAN_CHANGED)
                    .singleElement()
                    .satisfies(event -> assertThat(event.message()).contains("starts"));
            assertThat(PlanChecker.check(plan.current())).isEmpty();
        }
    }

    @Test
    void shouldPlanWithoutAWorkerWhoseStartWasMissed() {
        online("Colab-1");
        online("Kaggle-1");
        stop("Kaggle-1");
        stop("Colab-1");
        try (LivePlan plan = test.pool().follow(ONE)) {
            test.advance(Duration.ofMinutes(15));
            assertThat(test.count(PoolEvent.Type.PLAN_START_DUE)).isEqualTo(1);
            String missed = told(0).stream()
                    .filter(event -> event.type() == PoolEvent.Type.PLAN_START_DUE)
                    .findFirst()
                    .orElseThrow()
                    .worker();

            test.advance(Duration.ofMinutes(15));

            assertThat(test.events())
                    .filteredOn(event -> event.type() == PoolEvent.Type.PLAN_START_MISSED)
                    .singleElement()
                    .satisfies(event -> assertThat(event.worker()).isEqualTo(missed));
            PlannedSession next = plan.current().sessions().get(0);
            assertThat(next.worker()).as("the other one is asked").isNotEqualTo(missed);
        }
    }

    @Test
    void shouldTellNothingAfterItWasClosedOrThePoolWas() {
        online("Colab-1");
        stop("Colab-1");
        LivePlan plan = test.pool().follow(ONE);
        plan.close();
        plan.close();
        int events = test.events().size();

        test.advance(Duration.ofHours(1));

        assertThat(told(events)).noneMatch(event -> event.type().name().startsWith("PLAN_"));
    }

    @Test
    void shouldRefuseWhatItDoesNotKnow() {
        assertThatThrownBy(() -> test.pool().plan(ONE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("plan.workers must not be empty");
        online("Colab-1");
        PlanOptions stranger = PlanOptions.builder()
                .windows("Colab-9", StartWindow.daily(LocalTime.of(7, 0), LocalTime.of(8, 0), ZoneOffset.UTC))
                .build();
        assertThatThrownBy(() -> test.pool().plan(stranger))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("plan options name worker Colab-9, but tenant default has [Colab-1]");
        PlanOptions tenant = PlanOptions.builder().tenant("nobody").build();
        assertThatThrownBy(() -> test.pool().plan(tenant)).isInstanceOf(UnknownTenantException.class);
        PlanOptions many = PlanOptions.builder().target(Target.of(2)).build();
        assertThatThrownBy(() -> test.pool().follow(many))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("plan.target asks for 2 workers, but the fleet has 1");
        assertThatThrownBy(() -> PlanOptions.builder().busy(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("plan.busy must be above 0 and at most 1, but was 0.0");
    }

    @Test
    void shouldFollowNothingOnceThePoolIsClosed() {
        online("Colab-1");
        test.pool().close();

        assertThatThrownBy(() -> test.pool().follow(ONE)).isInstanceOf(PoolClosedException.class);
    }

    private List<PoolEvent> told(int from) {
        return List.copyOf(test.events().subList(from, test.events().size()));
    }

    private static PlannedSession first(CoveragePlan plan, String worker) {
        return plan.sessions().stream()
                .filter(session -> session.worker().equals(worker))
                .findFirst()
                .orElseThrow();
    }

    private void online(String worker) {
        SimWorker known = workers.get(worker);
        if (known != null && known.isRunning()) {
            return;
        }
        if (known == null) {
            boolean colab = worker.startsWith("Colab");
            workers.put(
                    worker,
                    test.worker(SimWorkerSpec.of(colab ? "colab" : "kaggle", worker, worker)
                            .boot(Duration.ofSeconds(1))
                            .build()));
        } else {
            known.restart();
        }
        test.advance(Duration.ofSeconds(5));
    }

    private void stop(String worker) {
        known(worker).shutDown(Duration.ZERO);
        test.advance(Duration.ofMinutes(5));
        assertThat(known(worker).isRunning()).isFalse();
    }

    private SimWorker known(String worker) {
        return java.util.Objects.requireNonNull(workers.get(worker));
    }
}
