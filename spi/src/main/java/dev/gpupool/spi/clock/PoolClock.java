package dev.gpupool.spi.clock;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;

/**
 * The pool's only source of time: a wall clock for calendar windows and display, a ticker for every running duration,
 * and the waiting itself.
 *
 * <p>An implementation guarantees that:
 *
 * <ol>
 *   <li>{@link #instant()} is the wall clock. It may jump in either direction at any time; the pool moves no running
 *       deadline when it does.
 *   <li>{@link #ticker()} never goes back.
 *   <li>{@link #schedule} never runs the task inside the call, runs it at most once, not before the delay has passed
 *       on the ticker, and on a thread of the clock. It may be late.
 *   <li>all methods may be called by many threads at once.
 * </ol>
 *
 * <p>The pool guarantees that a scheduled task is short and never blocks.
 */
public interface PoolClock extends InstantSource {
    /**
     * A monotonic reading in nanoseconds from an arbitrary origin. Only differences of two readings of the same clock
     * have a meaning.
     *
     * @return the reading
     */
    long ticker();

    /**
     * Runs a task once when the delay has passed.
     *
     * @param delay zero or more; a delay of zero runs the task soon, but still not inside this call
     * @param task what to run; what it throws must not stop the clock
     * @return a handle that calls the task off
     * @throws IllegalArgumentException if the delay is negative
     * @throws IllegalStateException if the clock was closed
     */
    Cancellable schedule(Duration delay, Runnable task);

    /**
     * Waits until the future is done, at most for the given time on this clock. The default parks the calling thread;
     * a virtual clock moves time instead.
     *
     * @param <T> the type of the value
     * @param future what to wait for
     * @param timeout the longest wait
     * @return the future's value
     * @throws TimeoutException if the time passed first; the future goes on
     * @throws CompletionException if the future failed; the cause is its exception
     * @throws CancellationException if the future was cancelled
     * @throws InterruptedException if the calling thread was interrupted
     */
    default <T> T await(CompletableFuture<T> future, Duration timeout) throws TimeoutException, InterruptedException {
        return ClockWaits.await(this, future, timeout);
    }
}
