package dev.gpupool.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.GpuPool;
import dev.gpupool.PoolEvent;
import dev.gpupool.calendar.CalendarOptions;
import dev.gpupool.calendar.PlanCalendar;
import dev.gpupool.planning.LivePlan;
import dev.gpupool.planning.PlanOptions;
import dev.gpupool.planning.StartWindow;
import dev.gpupool.planning.Target;
import dev.gpupool.testkit.SimWorkerSpec;
import dev.gpupool.testkit.TestPool;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Notebooks that a person starts: the pool says when, and plans again when one is missing. */
class WhenToStartWhichNotebookTest {
    private final List<String> messages = new ArrayList<>();

    @Test
    void shouldSayWhenToStartWhichNotebook() {
        try (TestPool test = TestPool.create(6)) {
            GpuPool pool = test.pool();
            for (int i = 1; i <= 3; i++) {
                test.worker(SimWorkerSpec.of("colab", "c" + i, "Colab-" + i).build());
            }
            test.advance(Duration.ofMinutes(2));

            ZoneId zone = ZoneId.of("America/Sao_Paulo");
            LivePlan plan = pool.follow(PlanOptions.builder()
                    .target(Target.of(1))
                    .windows(StartWindow.daily(LocalTime.of(7, 0), LocalTime.of(23, 30), zone))
                    .zone(zone)
                    .build());
            pool.addListener(event -> {
                switch (event.type()) {
                    case PLAN_START_DUE, PLAN_START_MISSED, PLAN_END_SOON, PLAN_CHANGED -> notify(event.message());
                    default -> {} // new kinds may be added
                }
            });
            String ics = PlanCalendar.ics(
                    plan.current(), CalendarOptions.at(test.clock().instant()));

            assertThat(ics).contains("BEGIN:VALARM");
            test.advance(Duration.ofHours(14));
            assertThat(messages).anyMatch(message -> message.contains("Colab-"));
            assertThat(test.count(PoolEvent.Type.PLAN_START_DUE)).isPositive();
        }
    }

    private void notify(String message) {
        messages.add(message);
    }
}
