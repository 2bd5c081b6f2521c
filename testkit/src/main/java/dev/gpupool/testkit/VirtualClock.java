package dev.gpupool.testkit;

import dev.gpupool.spi.clock.Cancellable;
import dev.gpupool.spi.clock.PoolClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A clock whose time moves only when it is told to, and then at once.
 *
 * <ol>
 *   <li>Whoever calls {@link #advance}, {@link #await}, {@link #until} or {@link #runDue} drives the clock: tasks run on
 *       that thread.
 *   <li>Tasks run in the order of their due time, tasks of the same due time in the order of their submission; while a
 *       task runs, the time is exactly its due time.
 *   <li>A task may schedule, call off and drive: an inner drive runs whatever is due until its own end, and the outer
 *       one goes on from there.
 *   <li>Time never moves while something is due now.
 * </ol>
 *
 * <p>Meant for one thread. Others may schedule and call off at any time; one that wants to drive waits until nobody
 * does. A task that throws does not stop the clock: what it threw is kept in {@link #failures()} and handed to the
 * thread's uncaught-exception handler.
 */
public final class VirtualClock implements PoolClock {
    private final ReentrantLock lock = new ReentrantLock();
    private final TimerHeap timers = new TimerHeap();
    private final DueQueue due = new DueQueue();
    private final ConcurrentLinkedQueue<VirtualTimer> inbox = new ConcurrentLinkedQueue<>();
    private final TaskRunner runner = new TaskRunner();
    private final Executor executor = task -> submit(task, null);
    private final Instant start;
    private final long startMillis;
    private final int startSubMilliNanos;

    private volatile long now;
    private volatile long wallOffsetNanos;
    private long sequence;

    /**
     * A clock that stands still at an instant.
     *
     * @param start what {@link #instant()} says at first
     */
    public VirtualClock(Instant start) {
        this.start = start;
        this.startMillis = start.toEpochMilli();
        this.startSubMilliNanos =
                (int) Duration.between(Instant.ofEpochMilli(startMillis), start).toNanos();
    }

    @Override
    public Instant instant() {
        return start.plusNanos(wallOffsetNanos + now);
    }

    @Override
    public long millis() {
        return millisWith(wallOffsetNanos);
    }

    /**
     * The instant in milliseconds as if no wall clock had ever been moved: what a provider's own meter goes by.
     *
     * @return milliseconds since 1970
     */
    public long trueMillis() {
        return millisWith(0);
    }

    @Override
    public long ticker() {
        return now;
    }

    /**
     * How long this clock has run, in milliseconds.
     *
     * @return the ticker, rounded down
     */
    public long tickerMillis() {
        return now / 1_000_000L;
    }

    @Override
    public Cancellable schedule(Duration delay, Runnable task) {
        return scheduleNanos(delayNanos(delay), task, null);
    }

    /**
     * The same as {@link #schedule}, without a {@link Duration}.
     *
     * @param delayMillis zero or more milliseconds
     * @param task what to run
     * @return a handle that calls the task off
     * @throws IllegalArgumentException if the delay is negative
     */
    public Cancellable scheduleMillis(long delayMillis, Runnable task) {
        if (delayMillis < 0) {
            throw new IllegalArgumentException("delayMillis must not be negative, but was " + delayMillis);
        }
        return scheduleNanos(Math.multiplyExact(delayMillis, 1_000_000L), task, null);
    }

    /**
     * Runs tasks at the present time, in the order of their submission, never inside {@code execute}.
     *
     * @return the executor
     */
    public Executor executor() {
        return executor;
    }

    /**
     * Moves time on and runs everything that comes due on the way.
     *
     * @param duration how far, zero or more
     * @throws IllegalArgumentException if the duration is negative
     */
    public void advance(Duration duration) {
        advanceNanos(delayNanos(duration));
    }

    /**
     * The same as {@link #advance}, without a {@link Duration}.
     *
     * @param millis zero or more milliseconds
     */
    public void advanceMillis(long millis) {
        advanceNanos(Math.multiplyExact(millis, 1_000_000L));
    }

    private void advanceNanos(long nanos) {
        drive(Math.addExact(now, nanos), VirtualClock::never);
    }

    /**
     * Runs what is due now, and what that makes due now, without moving time.
     *
     * @return how many tasks ran
     */
    public int runDue() {
        lock.lock();
        try {
            int ran = 0;
            while (step(now)) {
                ran++;
            }
            return ran;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Moves time on until something holds.
     *
     * @param condition looked at before the first and after each task
     * @param max how far at most
     * @return whether it holds; if not, time has moved by {@code max}
     */
    public boolean until(BooleanSupplier condition, Duration max) {
        return drive(Math.addExact(now, delayNanos(max)), condition);
    }

    /**
     * Drives the clock until the future is done. Everything that the future waits for must come from tasks of this
     * clock: time passes as fast as it can, so nothing on other threads is waited for.
     */
    @Override
    public <T> T await(CompletableFuture<T> future, Duration timeout) throws TimeoutException, InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        if (!drive(Math.addExact(now, delayNanos(timeout)), future::isDone)) {
            throw new TimeoutException("not done within " + timeout);
        }
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new CompletionException(e.getCause());
        }
    }

    /**
     * Moves the wall clock only: calendar and display jump, no running duration does.
     *
     * @param by forward if positive, back if negative
     */
    public void jumpWall(Duration by) {
        wallOffsetNanos = Math.addExact(wallOffsetNanos, by.toNanos());
    }

    /**
     * What tasks threw, the first 100.
     *
     * @return a copy, oldest first
     */
    public List<Throwable> failures() {
        return runner.failures();
    }

    /**
     * How many tasks have run.
     *
     * @return the number
     */
    public long steps() {
        return runner.steps();
    }

    /**
     * How many tasks wait for their time, called-off ones apart.
     *
     * @return the number
     */
    public int pending() {
        return timers.size() + due.size();
    }

    /** A timer to be armed by its owner, again and again. */
    VirtualTimer timer(Runnable task) {
        return new VirtualTimer(this, task, null);
    }

    /** Whether the calling thread drives, so that what only the driver may touch may be touched. */
    boolean isDriving() {
        return lock.isHeldByCurrentThread();
    }

    void submit(Runnable task, @Nullable HostClock host) {
        if (lock.isHeldByCurrentThread()) {
            due.add(task, host, sequence++);
        } else if (lock.tryLock()) {
            try {
                due.add(task, host, sequence++);
            } finally {
                lock.unlock();
            }
        } else {
            post(new VirtualTimer(this, task, host), 0);
        }
    }

    Cancellable scheduleNanos(long delayNanos, Runnable task, @Nullable HostClock host) {
        VirtualTimer timer = new VirtualTimer(this, task, host);
        if (lock.isHeldByCurrentThread()) {
            armLocked(timer, delayNanos);
        } else if (lock.tryLock()) {
            try {
                armLocked(timer, delayNanos);
            } finally {
                lock.unlock();
            }
        } else {
            post(timer, delayNanos);
        }
        return timer;
    }

    void arm(VirtualTimer timer, long delayNanos) {
        if (lock.isHeldByCurrentThread()) {
            armLocked(timer, delayNanos);
            return;
        }
        lock.lock();
        try {
            armLocked(timer, delayNanos);
        } finally {
            lock.unlock();
        }
    }

    void cancel(VirtualTimer timer) {
        if (lock.isHeldByCurrentThread()) {
            cancelLocked(timer);
        } else if (lock.tryLock()) {
            try {
                cancelLocked(timer);
            } finally {
                lock.unlock();
            }
        } else {
            timer.cancelled = true;
        }
    }

    static long delayNanos(Duration delay) {
        if (delay.isNegative()) {
            throw new IllegalArgumentException("delay must not be negative, but was " + delay);
        }
        return delay.toNanos();
    }

    private long millisWith(long offsetNanos) {
        return startMillis + Math.floorDiv(startSubMilliNanos + offsetNanos + now, 1_000_000L);
    }

    private void post(VirtualTimer timer, long delayNanos) {
        timer.dueNanos = now + delayNanos;
        inbox.add(timer);
    }

    private void armLocked(VirtualTimer timer, long delayNanos) {
        timer.cancelled = false;
        timer.dueNanos = now + delayNanos;
        timer.sequence = sequence++;
        if (timer.place >= 0) {
            timers.moved(timer);
        } else {
            timers.add(timer);
        }
    }

    /** A timer that is in no heap may still be in the inbox or with a paused host: the mark stops it there. */
    private void cancelLocked(VirtualTimer timer) {
        if (timer.place >= 0) {
            timers.remove(timer);
        } else if (timer.place == VirtualTimer.HELD || !inbox.isEmpty()) {
            timer.cancelled = true;
        }
    }

    private static boolean never() {
        return false;
    }

    private boolean drive(long target, BooleanSupplier condition) {
        lock.lock();
        try {
            while (!condition.getAsBoolean()) {
                if (!step(target)) {
                    moveTo(target);
                    return condition.getAsBoolean();
                }
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Runs the next task that is due by the limit; false if there is none. */
    private boolean step(long limit) {
        if (!inbox.isEmpty()) {
            takeIn();
        }
        VirtualTimer first = timers.first();
        if (!due.isEmpty() && (first == null || first.dueNanos > now || due.headSequence() < first.sequence)) {
            runner.countAt(now);
            HostClock host = due.headHost();
            Runnable task = due.take();
            if (host == null || host.admits(task)) {
                runner.run(task);
            }
            return true;
        }
        if (first == null || first.dueNanos > limit) {
            return false;
        }
        timers.remove(first);
        moveTo(first.dueNanos);
        runner.countAt(now);
        if (!first.cancelled && (first.host == null || first.host.admits(first))) {
            runner.run(first.task);
        }
        return true;
    }

    private void takeIn() {
        for (VirtualTimer timer = inbox.poll(); timer != null; timer = inbox.poll()) {
            if (!timer.cancelled) {
                timer.sequence = sequence++;
                timers.add(timer);
            }
        }
    }

    private void moveTo(long nanos) {
        if (nanos > now) {
            now = nanos;
        }
    }
}
