package dev.gpupool.tck;

import dev.gpupool.SystemClock;
import dev.gpupool.spi.clock.Cancellable;
import dev.gpupool.spi.clock.PoolClock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/** Clocks that break a guarantee. */
final class BrokenClocks {
    private BrokenClocks() {}

    /** A sound clock, from which the others are broken. */
    static class Sound implements PoolClock, AutoCloseable {
        final SystemClock time = SystemClock.create("broken");

        @Override
        public Instant instant() {
            return time.instant();
        }

        @Override
        public long ticker() {
            return time.ticker();
        }

        @Override
        public Cancellable schedule(Duration delay, Runnable task) {
            return time.schedule(delay, task);
        }

        @Override
        public void close() {
            time.close();
        }
    }

    static final class RunsWhatIsDueInsideTheCall extends Sound {
        @Override
        public Cancellable schedule(Duration delay, Runnable task) {
            if (delay.isZero()) {
                task.run();
                return () -> {};
            }
            return super.schedule(delay, task);
        }
    }

    static final class RunsTooEarly extends Sound {
        @Override
        public Cancellable schedule(Duration delay, Runnable task) {
            return super.schedule(delay.dividedBy(100), task);
        }
    }

    static final class RunsTwice extends Sound {
        @Override
        public Cancellable schedule(Duration delay, Runnable task) {
            super.schedule(delay, task);
            return super.schedule(delay, task);
        }
    }

    static final class CannotCallOff extends Sound {
        @Override
        public Cancellable schedule(Duration delay, Runnable task) {
            super.schedule(delay, task);
            return () -> {};
        }
    }

    static final class DiesOfATask extends Sound {
        private final AtomicBoolean dead = new AtomicBoolean();

        @Override
        public Cancellable schedule(Duration delay, Runnable task) {
            return super.schedule(delay, () -> {
                if (!dead.getAndSet(true)) {
                    task.run();
                    dead.set(false);
                }
            });
        }

        @Override
        public <T> T await(CompletableFuture<T> future, Duration timeout)
                throws TimeoutException, InterruptedException {
            return time.await(future, timeout.compareTo(Duration.ofSeconds(1)) > 0 ? Duration.ofSeconds(1) : timeout);
        }
    }

    static final class TicksBackNowAndThen extends Sound {
        @Override
        public long ticker() {
            long reading = super.ticker();
            return reading % 100 == 0 ? reading - 1_000_000_000L : reading;
        }
    }

    static final class TicksInMicroseconds extends Sound {
        @Override
        public long ticker() {
            return super.ticker() / 1_000;
        }
    }

    static final class TakesNegativeDelays extends Sound {
        @Override
        public Cancellable schedule(Duration delay, Runnable task) {
            return super.schedule(delay.isNegative() ? Duration.ZERO : delay, task);
        }
    }

    static final class EndsWhatItWaitsFor extends Sound {
        @SuppressWarnings("ReferenceEquality") // the very one that was made here
        @Override
        public <T> T await(CompletableFuture<T> future, Duration timeout)
                throws TimeoutException, InterruptedException {
            TimeoutException late = new TimeoutException("not done within " + timeout);
            super.schedule(timeout, () -> future.completeExceptionally(late));
            try {
                return future.join();
            } catch (CompletionException e) {
                if (e.getCause() == late) {
                    throw late;
                }
                throw e;
            }
        }
    }

    static final class DropsTasksOnceClosed extends Sound {
        private final AtomicBoolean closed = new AtomicBoolean();

        @Override
        public Cancellable schedule(Duration delay, Runnable task) {
            return closed.get() ? () -> {} : super.schedule(delay, task);
        }

        @Override
        public void close() {
            closed.set(true);
            super.close();
        }
    }
}
