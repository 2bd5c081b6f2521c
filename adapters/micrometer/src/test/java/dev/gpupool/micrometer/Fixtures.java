package dev.gpupool.micrometer;

import dev.gpupool.JobRequest;
import dev.gpupool.WorkerSpec;
import dev.gpupool.testkit.TestPool;
import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.stream.Stream;

/** Pools and registries of tests. */
final class Fixtures {
    final MockClock clock = new MockClock();
    final MeterRegistry registry = new SimpleMeterRegistry(SimpleConfig.DEFAULT, clock);
    final TestPool test = TestPool.create(7);

    /** Lets the present snapshot be over. */
    void nextScrape() {
        clock.add(Duration.ofSeconds(15));
    }

    /** Reads every value, as a registry does that is asked for all of them. */
    void scrape() {
        registry.getMeters().forEach(meter -> meter.measure().forEach(Measurement::getValue));
    }

    void host(String worker, String provider, String account) {
        test.pool()
                .workers()
                .register(WorkerSpec.named(worker).account(provider, account).build());
    }

    /** A worker in this process that runs whatever comes, in no time. */
    void local(String worker) {
        test.pool().workers().local(WorkerSpec.named(worker).build(), job -> "1");
    }

    void runOne() {
        test.await(test.pool().submit(JobRequest.handler("train").build()).result());
        test.settle();
    }

    double gauge(String name, String... tags) {
        return registry.get(name).tags(tags).gauge().value();
    }

    Stream<Meter> meters(String name) {
        return registry.getMeters().stream()
                .filter(meter -> meter.getId().getName().equals(name));
    }
}
