package dev.gpupool.testkit.tck;

import dev.gpupool.spi.clock.PoolClock;
import dev.gpupool.tck.ClockTck;
import dev.gpupool.testkit.VirtualClock;
import java.time.Duration;
import java.time.Instant;

/** Virtual time keeps the contract of time. */
class VirtualClockTckTest extends ClockTck {
    @Override
    protected PoolClock createClock() {
        return new VirtualClock(Instant.parse("2026-01-05T00:00:00Z"));
    }

    @Override
    protected void pass(PoolClock clock, Duration duration) {
        ((VirtualClock) clock).advance(duration);
    }
}
