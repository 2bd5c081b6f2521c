package dev.gpupool.testkit.tck;

import dev.gpupool.spi.clock.PoolClock;
import dev.gpupool.tck.ClockTck;
import dev.gpupool.testkit.HostClock;
import dev.gpupool.testkit.VirtualClock;
import java.time.Duration;
import java.time.Instant;

/** So does one host's view of it, with a wall clock that is wrong and a ticker of its own. */
class HostClockTckTest extends ClockTck {
    private final VirtualClock world = new VirtualClock(Instant.parse("2026-01-05T00:00:00Z"));

    @Override
    protected PoolClock createClock() {
        HostClock host = new HostClock(world, "host");
        host.jumpWall(Duration.ofHours(-5));
        return host;
    }

    @Override
    protected void pass(PoolClock clock, Duration duration) {
        world.advance(duration);
    }
}
