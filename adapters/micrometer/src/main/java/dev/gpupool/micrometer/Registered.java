package dev.gpupool.micrometer;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.DoubleSupplier;

/** The meters of one pool that a registry has, so that no others are taken away. Safe for use by many threads. */
final class Registered {
    /** Jobs take from seconds to days; the registry's own range of a timer ends at 30 s. */
    private static final Duration LONGEST = Duration.ofDays(2);

    private final MeterRegistry registry;
    private final Tags pool;
    private final Set<Meter> meters = new LinkedHashSet<>();
    private boolean closed;

    Registered(MeterRegistry registry, String pool) {
        this.registry = registry;
        this.pool = Tags.of("pool", pool);
    }

    synchronized Meter gauge(MeterName name, Tags tags, DoubleSupplier value) {
        Meter made = Gauge.builder(name.name(), value, DoubleSupplier::getAsDouble)
                .description(name.meaning())
                .baseUnit(name.unit())
                .tags(pool.and(tags))
                // Nobody else holds the supplier.
                .strongReference(true)
                .register(registry);
        return keep(made);
    }

    synchronized Counter counter(MeterName name, Tags tags) {
        return keep(Counter.builder(name.name())
                .description(name.meaning())
                .baseUnit(name.unit())
                .tags(pool.and(tags))
                .register(registry));
    }

    synchronized Timer timer(MeterName name, Tags tags) {
        return keep(Timer.builder(name.name())
                .description(name.meaning())
                .tags(pool.and(tags))
                .minimumExpectedValue(Duration.ofSeconds(1))
                .maximumExpectedValue(LONGEST)
                .register(registry));
    }

    /** What comes from a scrape or an event that was under way when this was closed goes again at once. */
    private <M extends Meter> M keep(M made) {
        if (closed) {
            registry.remove(made);
        } else {
            meters.add(made);
        }
        return made;
    }

    synchronized void remove(Meter meter) {
        if (meters.remove(meter)) {
            registry.remove(meter);
        }
    }

    synchronized void removeAll() {
        closed = true;
        meters.forEach(registry::remove);
        meters.clear();
    }
}
