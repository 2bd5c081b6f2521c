package dev.gpupool.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.spi.clock.Cancellable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class VirtualClockProperties {
    private record Expected(long at, int order) {}

    @Property(tries = 1_000)
    void shouldRunWhatASortedListWouldRun(
            @ForAll @Size(max = 200) List<@IntRange(max = 50) Integer> delays, @ForAll long seed) {
        VirtualClock clock = new VirtualClock(Instant.EPOCH);
        SeededRandom random = new SeededRandom(seed);
        List<Expected> ran = new ArrayList<>();
        List<Expected> expected = new ArrayList<>();
        List<Cancellable> handles = new ArrayList<>();
        for (int i = 0; i < delays.size(); i++) {
            int order = i;
            handles.add(clock.scheduleMillis(delays.get(i), () -> ran.add(new Expected(clock.tickerMillis(), order))));
            expected.add(new Expected(delays.get(i), order));
        }
        for (int i = delays.size() - 1; i >= 0; i--) {
            if (random.chance(300_000)) {
                handles.get(i).cancel();
                expected.remove(i);
            }
        }
        expected.sort(Comparator.comparingLong(Expected::at).thenComparingInt(Expected::order));
        clock.advanceMillis(random.below(60));
        assertThat(ran)
                .isEqualTo(expected.stream()
                        .filter(e -> e.at() <= clock.tickerMillis())
                        .toList());
        clock.advanceMillis(60);
        assertThat(ran).isEqualTo(expected);
    }
}
