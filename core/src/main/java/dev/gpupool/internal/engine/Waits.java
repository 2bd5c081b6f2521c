package dev.gpupool.internal.engine;

import dev.gpupool.GpuPoolException;
import dev.gpupool.PoolBusyException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;

/** Waiting for durability, on the host's threads only. */
final class Waits {
    private final Kernel kernel;

    Waits(Kernel kernel) {
        this.kernel = kernel;
    }

    /** Refuses to wait where waiting could never end. */
    void forbidOwnThread() {
        if (kernel.ownThread()) {
            throw new IllegalStateException("a thread of pool " + kernel.pool()
                    + " must not wait for the pool; use the call that returns a future");
        }
    }

    <T> T on(CompletableFuture<T> future) {
        forbidOwnThread();
        Duration timeout = kernel.settings().callTimeout();
        try {
            return kernel.time().clock().await(future, timeout);
        } catch (TimeoutException e) {
            throw new PoolBusyException(
                    "pool " + kernel.pool() + " did not make it durable within " + timeout.toSeconds() + " s",
                    kernel.settings().storageRetry());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PoolBusyException("interrupted while waiting for pool " + kernel.pool(), timeout);
        } catch (CompletionException e) {
            throw unwrapped(e);
        }
    }

    private static RuntimeException unwrapped(CompletionException e) {
        Throwable cause = e.getCause();
        if (cause instanceof GpuPoolException || cause instanceof IllegalArgumentException) {
            RuntimeException known = (RuntimeException) cause;
            return known;
        }
        return e;
    }

    /** A command whose refusal fails a future. */
    Command command(CompletableFuture<?> done, Command command) {
        return new Command() {
            @Override
            public void decide(Decision decision) {
                command.decide(decision);
            }

            @Override
            public void refused(RuntimeException failure) {
                kernel.outside(() -> done.completeExceptionally(failure));
            }
        };
    }
}
