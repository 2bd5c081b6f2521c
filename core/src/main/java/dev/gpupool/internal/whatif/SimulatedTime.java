package dev.gpupool.internal.whatif;

import dev.gpupool.spi.clock.Cancellable;
import dev.gpupool.spi.clock.PoolClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A clock in whose time one thread runs a whole pool. Not thread-safe.
 *
 * <ol>
 *   <li>Tasks run in the order of their due time, tasks of the same due time in the order in which they were handed in;
 *       what the executor is given is due now.
 *   <li>Time moves to the next due time only when nothing is due now.
 *   <li>A task may wait: what is due runs inside the wait.
 * </ol>
 */
final class SimulatedTime implements PoolClock {
    /** So many called-off tasks are no reason to clear up. */
    private static final int FEW = 1_000;

    private final long wallAtZeroMillis;
    private final PriorityQueue<Task> later = new PriorityQueue<>();
    /** What is due now, in order: most of what there is. */
    private final ArrayDeque<Task> due = new ArrayDeque<>();

    private long now;
    private long sequence;
    private int calledOff;

    /**
     * A clock whose ticker stands at zero.
     *
     * @param wallAtZeroMillis what the wall clock says then
     */
    SimulatedTime(long wallAtZeroMillis) {
        this.wallAtZeroMillis = wallAtZeroMillis;
    }

    /** One task. */
    private final class Task implements Comparable<Task>, Cancellable {
        private final long at;
        private final long place;
        private @Nullable Runnable work;

        Task(long at, Runnable work) {
            this.at = at;
            this.place = sequence++;
            this.work = work;
        }

        @Override
        public void cancel() {
            if (work != null) {
                work = null;
                calledOff++;
            }
        }

        @Override
        public int compareTo(Task other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(place, other.place);
        }
    }

    /** Puts the ticker on, before anything was handed in. */
    void startAt(long tickMillis) {
        if (sequence > 0) {
            throw new IllegalStateException(sequence + " tasks were handed in before the time was set");
        }
        now = Math.multiplyExact(tickMillis, 1_000_000L);
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(wallAtZeroMillis).plusNanos(now);
    }

    @Override
    public long millis() {
        return wallAtZeroMillis + now / 1_000_000L;
    }

    @Override
    public long ticker() {
        return now;
    }

    @Override
    public Cancellable schedule(Duration delay, Runnable task) {
        if (delay.isNegative()) {
            throw new IllegalArgumentException("delay must not be negative, but was " + delay);
        }
        Task timer = new Task(now + delay.toNanos(), task);
        if (timer.at == now) {
            due.add(timer);
            return timer;
        }
        if (calledOff > FEW + later.size() / 2) {
            later.removeIf(known -> known.work == null);
            calledOff = 0;
        }
        later.add(timer);
        return timer;
    }

    /** Runs tasks at the present time, in order, never inside {@code execute}. */
    Executor executor() {
        return task -> due.add(new Task(now, task));
    }

    /** Runs what is due now, and what that makes due now. */
    void settle() {
        while (step(now)) {
            // as long as there is something
        }
    }

    /** Moves time on and runs everything that comes due on the way. */
    void advance(Duration by) {
        long target = now + by.toNanos();
        while (step(target)) {
            // as long as there is something
        }
        now = target;
    }

    @Override
    public <T> T await(CompletableFuture<T> future, Duration timeout) throws TimeoutException {
        long target = now + timeout.toNanos();
        while (!future.isDone()) {
            if (!step(target)) {
                now = target;
                throw new TimeoutException("not done within " + timeout);
            }
        }
        try {
            return future.join();
        } catch (CompletionException e) {
            throw e.getCause() == null ? e : new CompletionException(e.getCause());
        }
    }

    /** Runs the next task that is due by then; false if there is none. */
    private boolean step(long limit) {
        Task soon = due.peek();
        Task timer = later.peek();
        if (soon != null && (timer == null || soon.compareTo(timer) < 0)) {
            due.remove();
            run(soon);
            return true;
        }
        if (timer == null || timer.at > limit) {
            return false;
        }
        later.remove();
        if (timer.work == null) {
            calledOff--;
            return true;
        }
        now = Math.max(now, timer.at);
        run(timer);
        return true;
    }

    private static void run(Task task) {
        Runnable work = task.work;
        task.work = null;
        if (work != null) {
            work.run();
        }
    }
}
