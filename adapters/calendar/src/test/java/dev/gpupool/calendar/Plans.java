package dev.gpupool.calendar;

import dev.gpupool.planning.Certificate;
import dev.gpupool.planning.CoveragePlan;
import dev.gpupool.planning.PlanRequest;
import dev.gpupool.planning.PlanRequestBuilder;
import dev.gpupool.planning.PlanWorker;
import dev.gpupool.planning.PlannedSession;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;

/** Plans of given sessions: a calendar needs no more of them. */
final class Plans {
    private static final Duration HAND_OVER = Duration.ofMinutes(15);

    private Plans() {}

    static CoveragePlan fromNow(String zone, String from, int days, PlannedSession... sessions) {
        return plan(fleet(zone).from(Instant.parse(from), Duration.ofDays(days)), sessions);
    }

    static CoveragePlan cycle(String zone, String from, Duration length, PlannedSession... sessions) {
        return plan(fleet(zone).cycle(Instant.parse(from), length), sessions);
    }

    static PlannedSession session(String worker, String start, double hours) {
        Instant at = Instant.parse(start);
        return new PlannedSession(worker, at, at.plus(HAND_OVER), at.plusMillis((long) (hours * 3_600_000)), false);
    }

    private static PlanRequestBuilder fleet(String zone) {
        return PlanRequest.builder()
                .zone(ZoneId.of(zone))
                .dailyAccount("colab", "conta1@gmail.com", Duration.ofHours(12))
                .dailyAccount("kaggle", "conta1@gmail.com", Duration.ofHours(9))
                .worker(PlanWorker.of("Colab-1", "colab", "conta1@gmail.com", Duration.ofHours(12)))
                .worker(PlanWorker.of("Kaggle-1", "kaggle", "conta1@gmail.com", Duration.ofHours(9)));
    }

    private static CoveragePlan plan(PlanRequestBuilder request, PlannedSession... sessions) {
        return new CoveragePlan(
                request.build(), List.of(sessions), List.of(), 0, 0, 0, 0, List.of(), null, new Certificate(List.of()));
    }
}
