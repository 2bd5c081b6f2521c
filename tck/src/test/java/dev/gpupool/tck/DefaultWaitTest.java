package dev.gpupool.tck;

import dev.gpupool.SystemClock;
import dev.gpupool.spi.clock.Cancellable;
import dev.gpupool.spi.clock.PoolClock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;

/** The wait that a clock inherits from the contract, on a clock that brings none of its own. */
class DefaultWaitTest extends ClosableClockTck {
    @Override
    protected PoolClock createClock() {
        return new Inheriting(SystemClock.create("tck"));
    }

    @Override
    protected void pass(PoolClock clock, Duration duration) throws Exception {
        CompletableFuture<Boolean> passed = new CompletableFuture<>();
        clock.schedule(duration, () -> passed.complete(true));
        clock.await(passed, Duration.ofMinutes(1));
    }

    private record Inheriting(SystemClock clock) implements PoolClock, AutoCloseable {
        @Override
        public Instant instant() {
            return clock.instant();
        }

        @Override
        public long ticker() {
            return clock.ticker();
        }

        @Override
        public Cancellable schedule(Duration delay, Runnable task) {
            return clock.schedule(delay, task);
        }

        @Override
        public void close() {
            clock.close();
        }
    }
}
