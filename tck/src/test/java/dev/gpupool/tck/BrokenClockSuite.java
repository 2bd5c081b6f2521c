package dev.gpupool.tck;

import dev.gpupool.spi.clock.PoolClock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** The suite over whatever clock a test of the suite's teeth wants. Not run by itself. */
class BrokenClockSuite extends ClosableClockTck {
    /** How a clock is made: one test of teeth runs at a time. */
    static Supplier<PoolClock> clocks = BrokenClocks.Sound::new;

    @Override
    protected PoolClock createClock() {
        return clocks.get();
    }

    @Override
    protected void pass(PoolClock clock, Duration duration) throws Exception {
        CompletableFuture<Boolean> passed = new CompletableFuture<>();
        try (BrokenClocks.Sound real = new BrokenClocks.Sound()) {
            real.schedule(duration, () -> passed.complete(true));
            passed.get();
        }
    }
}
