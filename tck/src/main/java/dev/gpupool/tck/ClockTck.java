package dev.gpupool.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.gpupool.spi.clock.Cancellable;
import dev.gpupool.spi.clock.PoolClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The suite that every {@link PoolClock} passes, be its time real or virtual. Extend it, make a clock and let its time
 * pass. On a real clock it takes about a second. A clock that can be closed extends {@link ClosableClockTck}.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
public abstract class ClockTck {
    private static final Duration SHORT = Duration.ofMillis(20);
    private static final Duration LONG = Duration.ofMinutes(1);

    private @Nullable PoolClock made;

    /** For subclasses. */
    protected ClockTck() {}

    /**
     * Makes the clock of one test. If it is {@link AutoCloseable} it is closed after the test.
     *
     * @return a running clock
     * @throws Exception if it cannot be made; the test fails
     */
    protected abstract PoolClock createClock() throws Exception;

    /**
     * Lets time pass on a clock: moves a virtual one, waits on a real one.
     *
     * @param clock the clock
     * @param duration how long
     * @throws Exception if that fails; the test fails
     */
    protected abstract void pass(PoolClock clock, Duration duration) throws Exception;

    /**
     * Makes the clock.
     *
     * @throws Exception if it cannot be made
     */
    @BeforeEach
    public void makeClock() throws Exception {
        made = createClock();
    }

    /**
     * Closes the clock if it can be closed.
     *
     * @throws Exception if that fails
     */
    @AfterEach
    public void closeClock() throws Exception {
        if (made instanceof AutoCloseable closeable) {
            closeable.close();
        }
    }

    /**
     * The ticker measures what passes, and never goes back.
     *
     * @throws Exception if time cannot pass
     */
    @Test
    public void shouldTickForwardByAtLeastTheTimeThatPasses() throws Exception {
        for (int i = 0; i < 5; i++) {
            long before = clock().ticker();
            pass(clock(), SHORT);
            assertThat(clock().ticker() - before).isGreaterThanOrEqualTo(SHORT.toNanos());
        }
    }

    /**
     * No thread ever sees the ticker go back, not even against what another thread saw before.
     *
     * @throws Exception if a thread fails
     */
    @Test
    public void shouldNeverLetTheTickerGoBackForAnyThread() throws Exception {
        AtomicLong last = new AtomicLong(clock().ticker());
        Threads.run(Threads.MANY, number -> {
            for (int i = 0; i < 5_000; i++) {
                long seenBefore = last.get();
                long now = clock().ticker();
                assertThat(now - seenBefore).isNotNegative();
                last.set(now);
            }
        });
    }

    /**
     * The wall clock's two forms agree, and it moves on with time.
     *
     * @throws Exception if time cannot pass
     */
    @Test
    public void shouldSayTheSameInstantInEveryForm() throws Exception {
        Instant before = clock().instant();
        pass(clock(), SHORT);

        assertThat(Duration.between(Instant.ofEpochMilli(clock().millis()), clock().instant())
                        .abs())
                .isLessThan(LONG);
        assertThat(Duration.between(before, clock().instant()).abs()).isLessThan(LONG);
    }

    /**
     * A task runs when its delay has passed on the ticker, and not before.
     *
     * @throws Exception if time cannot pass
     */
    @Test
    public void shouldRunATaskNotBeforeItsDelayHasPassed() throws Exception {
        for (Duration delay :
                new Duration[] {Duration.ZERO, Duration.ofNanos(1), Duration.ofMillis(1), SHORT, LONG.dividedBy(240)}) {
            CompletableFuture<Long> ran = new CompletableFuture<>();
            long before = clock().ticker();

            clock().schedule(delay, () -> ran.complete(clock().ticker()));

            assertThat(clock().await(ran, LONG) - before)
                    .as("nanoseconds until a task with delay %s", delay)
                    .isGreaterThanOrEqualTo(delay.toNanos());
        }
    }

    /**
     * Time that passes runs what comes due, without anybody who waits for it.
     *
     * @throws Exception if time cannot pass
     */
    @Test
    public void shouldRunWhatComesDueWhileTimePasses() throws Exception {
        CompletableFuture<Boolean> ran = new CompletableFuture<>();
        clock().schedule(Duration.ofMillis(1), () -> ran.complete(true));

        pass(clock(), SHORT);

        // A real clock may be late.
        assertThat(clock().await(ran, LONG)).isTrue();
    }

    /**
     * A task runs after the call that scheduled it, not in it, also if that call is made by a task.
     *
     * @throws Exception if time cannot pass
     */
    @Test
    public void shouldNeverRunATaskInsideTheCall() throws Exception {
        CompletableFuture<Boolean> outer = new CompletableFuture<>();
        CompletableFuture<Boolean> inner = new CompletableFuture<>();

        scheduleWatched(outer, () -> scheduleWatched(inner, () -> {}));

        assertThat(clock().await(outer, LONG)).as("ran inside the call").isFalse();
        assertThat(clock().await(inner, LONG))
                .as("ran inside the call of a task")
                .isFalse();
    }

    /**
     * Each of many tasks runs once, whichever thread scheduled it.
     *
     * @throws Exception if a thread fails
     */
    @Test
    public void shouldRunEachOfManyTasksOnce() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        ConcurrentLinkedQueue<CompletableFuture<Boolean>> tasks = new ConcurrentLinkedQueue<>();
        Threads.run(Threads.MANY, number -> {
            for (int i = 0; i < 100; i++) {
                CompletableFuture<Boolean> ran = new CompletableFuture<>();
                tasks.add(ran);
                clock().schedule(Duration.ofMillis(i % 5), () -> {
                    runs.incrementAndGet();
                    ran.complete(true);
                });
            }
        });

        clock().await(CompletableFuture.allOf(tasks.toArray(CompletableFuture[]::new)), LONG);
        pass(clock(), SHORT);

        assertThat(runs).hasValue(Threads.MANY * 100);
    }

    /**
     * A task that was called off does not run.
     *
     * @throws Exception if time cannot pass
     */
    @Test
    public void shouldNotRunATaskThatWasCalledOff() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        Cancellable task = clock().schedule(LONG.dividedBy(600), runs::incrementAndGet);

        task.cancel();
        task.cancel();
        awaitTaskAfter(LONG.dividedBy(400));

        assertThat(runs).hasValue(0);
    }

    /**
     * To call off what has run, or is running, does nothing.
     *
     * @throws Exception if time cannot pass
     */
    @Test
    public void shouldDoNothingWhenATaskIsCalledOffTooLate() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        CompletableFuture<Cancellable> itself = new CompletableFuture<>();
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Cancellable task = clock().schedule(SHORT, () -> {
            itself.thenAccept(Cancellable::cancel);
            runs.incrementAndGet();
            interrupted.complete(Thread.currentThread().isInterrupted());
        });
        itself.complete(task);

        assertThat(clock().await(interrupted, LONG)).isFalse();
        task.cancel();
        awaitTaskAfter(SHORT);

        assertThat(runs).hasValue(1);
    }

    /**
     * What a task throws does not keep others from running.
     *
     * @throws Exception if time cannot pass
     */
    @Test
    public void shouldGoOnAfterATaskThatThrows() throws Exception {
        clock().schedule(Duration.ZERO, () -> {
            throw new IllegalStateException("a task that fails, for the test");
        });
        clock().schedule(Duration.ZERO, () -> {
            throw new AssertionError("a task that fails badly, for the test");
        });

        awaitTaskAfter(SHORT);
        awaitTaskAfter(Duration.ZERO);
    }

    /** There is no time before now. */
    @Test
    public void shouldRefuseANegativeDelay() {
        assertThatIllegalArgumentException().isThrownBy(() -> clock().schedule(Duration.ofNanos(-1), () -> {}));
    }

    /**
     * A wait gives the value, now or later.
     *
     * @throws Exception if it does not
     */
    @Test
    public void shouldGiveTheValueThatIsWaitedFor() throws Exception {
        CompletableFuture<String> later = new CompletableFuture<>();
        clock().schedule(SHORT, () -> later.complete("later"));

        assertThat(clock().await(CompletableFuture.completedFuture("now"), Duration.ZERO))
                .isEqualTo("now");
        assertThat(clock().await(later, LONG)).isEqualTo("later");
    }

    /**
     * A wait ends when its time has passed; the future goes on.
     *
     * @throws Exception if time cannot pass
     */
    @Test
    public void shouldStopWaitingWhenTheTimeHasPassed() throws Exception {
        CompletableFuture<String> future = new CompletableFuture<>();
        long before = clock().ticker();

        assertThatExceptionOfType(TimeoutException.class)
                .isThrownBy(() -> clock().await(future, SHORT))
                .withMessageContaining(SHORT.toString());

        assertThat(clock().ticker() - before).isGreaterThanOrEqualTo(SHORT.toNanos());
        assertThat(future).isNotDone();
        clock().schedule(Duration.ZERO, () -> future.complete("after all"));
        assertThat(clock().await(future, LONG)).isEqualTo("after all");
    }

    /** A wait for a future that failed tells its exception, also if that is a timeout of the future itself. */
    @Test
    public void shouldTellTheFailureThatIsWaitedFor() {
        for (Exception failure :
                new Exception[] {new IllegalStateException("failed"), new TimeoutException("itself")}) {
            CompletableFuture<String> later = new CompletableFuture<>();
            clock().schedule(SHORT, () -> later.completeExceptionally(failure));

            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(() -> clock().await(CompletableFuture.failedFuture(failure), LONG))
                    .satisfies(thrown -> assertThat(thrown.getCause()).isSameAs(failure));
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(() -> clock().await(later.thenApply(value -> value), LONG))
                    .satisfies(thrown -> assertThat(thrown.getCause()).isSameAs(failure));
        }
    }

    /** A wait for a future that was cancelled tells so. */
    @Test
    public void shouldTellThatWhatIsWaitedForWasCancelled() {
        CompletableFuture<String> cancelled = new CompletableFuture<>();
        CompletableFuture<String> later = new CompletableFuture<>();
        cancelled.cancel(false);
        clock().schedule(SHORT, () -> later.cancel(false));

        assertThatExceptionOfType(CancellationException.class).isThrownBy(() -> clock().await(cancelled, LONG));
        assertThatExceptionOfType(CancellationException.class).isThrownBy(() -> clock().await(later, LONG));
    }

    /** A wait ends when its thread is interrupted. */
    @Test
    public void shouldStopWaitingWhenInterrupted() {
        Thread.currentThread().interrupt();
        try {
            assertThatExceptionOfType(InterruptedException.class)
                    .isThrownBy(() -> clock().await(new CompletableFuture<>(), LONG));
        } finally {
            Thread.interrupted();
        }
    }

    /** The clock of the running test. */
    final PoolClock clock() {
        return Objects.requireNonNull(made, "the clock is made before each test");
    }

    private void awaitTaskAfter(Duration delay) throws Exception {
        CompletableFuture<Boolean> ran = new CompletableFuture<>();
        clock().schedule(delay, () -> ran.complete(true));
        assertThat(clock().await(ran, LONG)).isTrue();
    }

    /** Completes with whether the task ran on the calling thread while the call lasted. */
    private void scheduleWatched(CompletableFuture<Boolean> ranInside, Runnable task) {
        Thread caller = Thread.currentThread();
        AtomicBoolean inside = new AtomicBoolean(true);
        clock().schedule(Duration.ZERO, () -> {
            boolean nested = inside.get() && Thread.currentThread() == caller;
            task.run();
            ranInside.complete(nested);
        });
        inside.set(false);
    }
}
