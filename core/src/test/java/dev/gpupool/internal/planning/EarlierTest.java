package dev.gpupool.internal.planning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.planning.PlanAccount;
import dev.gpupool.planning.PlanRequest;
import dev.gpupool.planning.PlanWorker;
import dev.gpupool.planning.PlannedSession;
import dev.gpupool.planning.QuotaSpan;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class EarlierTest {
    private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");

    @Test
    void shouldTakeTheSessionThatRunsAndNotOneThatIsOver() {
        PlanRequest request = PlanRequest.builder()
                .from(NOW, Duration.ofHours(12))
                .worker(PlanWorker.of("w", "p", "a", Duration.ofHours(5)).running(NOW.plus(Duration.ofHours(2))))
                .account(new PlanAccount(
                        "p", "a", 0, List.of(new QuotaSpan(NOW, NOW.plus(Duration.ofHours(12)), Duration.ofHours(12)))))
                .previous(List.of(session(-12, -8), session(-8, -3), session(-3, 2), session(4, 9)))
                .build();

        Schedule earlier = Earlier.of(request, ModelBuilder.of(request)).get(0);

        assertThat(earlier.size()).isEqualTo(2);
        assertThat(earlier.running(0)).isTrue();
        assertThat(earlier.end(0)).isEqualTo(8);
        assertThat(earlier.start(1)).isEqualTo(16);
    }

    private static PlannedSession session(int from, int to) {
        Instant start = NOW.plus(Duration.ofHours(from));
        return new PlannedSession(
                "w", start, start.plus(Duration.ofMinutes(15)), NOW.plus(Duration.ofHours(to)), false);
    }
}
