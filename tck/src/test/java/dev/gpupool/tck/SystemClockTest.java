package dev.gpupool.tck;

import dev.gpupool.SystemClock;
import dev.gpupool.spi.clock.PoolClock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

class SystemClockTest extends ClosableClockTck {
    @Override
    protected PoolClock createClock() {
        return SystemClock.create("tck");
    }

    @Override
    protected void pass(PoolClock clock, Duration duration) throws Exception {
        CompletableFuture<Boolean> passed = new CompletableFuture<>();
        clock.schedule(duration, () -> passed.complete(true));
        clock.await(passed, Duration.ofMinutes(1));
    }
}
