package dev.gpupool.benchmarks;

import dev.gpupool.planning.CoveragePlan;
import dev.gpupool.planning.CoveragePlanner;
import dev.gpupool.planning.PlanRequest;
import dev.gpupool.planning.PlanRequestBuilder;
import dev.gpupool.planning.PlanWorker;
import dev.gpupool.planning.PlannedSession;
import dev.gpupool.planning.Target;
import dev.gpupool.quota.ProviderPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The seed's fleet goes by a plan of its week until a worker is lost for a day, on Wednesday morning. */
final class LostWorker {
    private static final Instant MONDAY = Instant.parse("2026-01-05T00:00:00Z");
    private static final Instant LOST_AT = MONDAY.plus(Duration.ofHours(58));
    private static final Duration WEEK = Duration.ofDays(7);

    private LostWorker() {}

    /**
     * What a loss cost.
     *
     * @param minimum the coverage of the new plan from its first quarter of an hour on
     * @param atMost what no plan of the others exceeds
     * @param startChanges how many starts are other than before
     * @param seconds processor time of planning again
     */
    record Loss(int minimum, int atMost, int startChanges, double seconds) {}

    /** Each of the fleet in turn. */
    static List<Loss> each() {
        List<String> fleet = new ArrayList<>();
        for (int i = 1; i <= 7; i++) {
            fleet.add("Colab-" + i);
            fleet.add("Kaggle-" + i);
        }
        CoveragePlan before = CoveragePlanner.plan(request(fleet, MONDAY, List.of(), ""));
        List<Loss> losses = new ArrayList<>();
        for (String lost : fleet) {
            PlanRequest request = request(fleet, LOST_AT, before.sessions(), lost);
            long begun = Measure.cpuNanos();
            CoveragePlan plan = CoveragePlanner.plan(request);
            double seconds = (Measure.cpuNanos() - begun) / 1e9;
            losses.add(new Loss(
                    plan.minimum(),
                    Math.min(3, plan.minimumAtMost()),
                    plan.since(before).startChanges(),
                    seconds));
        }
        return losses;
    }

    private static PlanRequest request(List<String> fleet, Instant now, List<PlannedSession> plan, String lost) {
        PlanRequestBuilder request =
                PlanRequest.builder().from(now, WEEK).target(Target.of(3)).previous(plan);
        for (String worker : fleet) {
            boolean colab = worker.startsWith("Colab");
            Duration usable = Duration.ofMinutes(colab ? 690 : 510);
            PlanWorker state = PlanWorker.of(worker, colab ? "colab" : "kaggle", worker, usable);
            Duration used = Duration.ZERO;
            for (PlannedSession session : plan) {
                if (session.worker().equals(worker) && session.start().isBefore(now)) {
                    Instant until = session.end().isBefore(now) ? session.end() : now;
                    used = used.plus(Duration.between(session.start(), until));
                    state = session.end().isAfter(now)
                            ? state.running(session.start().plus(usable))
                            : state;
                }
            }
            request.account(colab ? ProviderPolicy.colab() : ProviderPolicy.kaggle(), worker, used)
                    .worker(worker.equals(lost) ? state.lostUntil(now.plus(Duration.ofDays(1))) : state);
        }
        return request.build();
    }
}
