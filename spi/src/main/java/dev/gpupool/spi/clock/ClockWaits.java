package dev.gpupool.spi.clock;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/** The wait of {@link PoolClock#await} in terms of {@link PoolClock#schedule}: an untimed wait with an alarm. */
final class ClockWaits {
    private ClockWaits() {}

    static <T> T await(PoolClock clock, CompletableFuture<T> future, Duration timeout)
            throws TimeoutException, InterruptedException {
        try {
            if (!future.isDone() && isLate(clock, future, timeout)) {
                throw new TimeoutException("not done within " + timeout);
            }
            return future.get();
        } catch (ExecutionException e) {
            throw new CompletionException(e.getCause());
        }
    }

    private static boolean isLate(PoolClock clock, CompletableFuture<?> future, Duration timeout)
            throws ExecutionException, InterruptedException {
        CompletableFuture<Boolean> late = new CompletableFuture<>();
        Cancellable alarm = clock.schedule(timeout, () -> late.complete(true));
        try {
            future.whenComplete((value, failure) -> late.complete(false));
            return late.get();
        } finally {
            alarm.cancel();
        }
    }
}
