package dev.gpupool.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.PoolEvent;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventsTest {
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final Events events = new Events("test", tasks::add);

    private static PoolEvent event(int number) {
        return new PoolEvent(PoolEvent.Type.JOB_QUEUED, Instant.EPOCH, "j" + number, "", "", List.of(), "");
    }

    private void run() {
        Runnable task = tasks.poll();
        while (task != null) {
            task.run();
            task = tasks.poll();
        }
    }

    @Test
    void shouldTellASlowListenerOnceHowManyEventsItMissed() {
        List<PoolEvent> heard = new ArrayList<>();
        events.add(heard::add);
        for (int i = 0; i < 10_003; i++) {
            events.emit(event(i));
        }
        run();
        assertThat(heard).hasSize(10_001);
        assertThat(heard.get(0).type()).isEqualTo(PoolEvent.Type.EVENTS_MISSED);
        assertThat(heard.get(0).message()).startsWith("3 events");
        assertThat(heard.get(1)).isEqualTo(event(3));
        assertThat(heard.get(10_000)).isEqualTo(event(10_002));
        events.emit(event(7));
        run();
        assertThat(heard).hasSize(10_002).endsWith(event(7));
    }

    @Test
    void shouldTellEachListenerItsOwn() {
        List<PoolEvent> quick = new ArrayList<>();
        events.add(event -> {
            throw new IllegalStateException("a bad listener");
        });
        events.add(quick::add);
        events.emit(event(1));
        events.emit(event(2));
        run();
        assertThat(quick).containsExactly(event(1), event(2));
    }
}
