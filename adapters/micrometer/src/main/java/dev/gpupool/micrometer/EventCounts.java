package dev.gpupool.micrometer;

import dev.gpupool.PoolEvent;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Tags;
import java.util.EnumMap;
import java.util.Locale;

/** How often everything has happened that can. All are there from the beginning, so that a first event is a rise. */
final class EventCounts {
    private static final MeterName EVENTS =
            MeterName.of("gpupool.events", "events", "what has happened, as this host was told since it is measured");

    private final EnumMap<PoolEvent.Type, Counter> counters = new EnumMap<>(PoolEvent.Type.class);

    EventCounts(Registered registered) {
        for (PoolEvent.Type type : PoolEvent.Type.values()) {
            counters.put(
                    type, registered.counter(EVENTS, Tags.of("type", type.name().toLowerCase(Locale.ROOT))));
        }
    }

    void count(PoolEvent event) {
        Counter counter = counters.get(event.type());
        if (counter != null) {
            counter.increment();
        }
    }
}
