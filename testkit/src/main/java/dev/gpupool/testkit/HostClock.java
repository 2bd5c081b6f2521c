package dev.gpupool.testkit;

import dev.gpupool.spi.clock.Cancellable;
import dev.gpupool.spi.clock.PoolClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;

/**
 * One host's view of a {@link VirtualClock}, so that several pools with clocks of their own live in one world. Its wall
 * clock may be off, its ticker has an origin of its own, and its process may be stopped or killed.
 *
 * <p>Time itself is driven at the virtual clock. Pause, resume and kill belong to the thread that drives.
 */
public final class HostClock implements PoolClock {
    private static final Cancellable NOTHING = () -> {};

    private final VirtualClock world;
    private final String name;
    private final long tickerOrigin;
    private final ArrayDeque<Runnable> held = new ArrayDeque<>();
    private final Executor executor = this::submit;
    private volatile long wallOffsetNanos;
    private volatile boolean paused;
    private volatile boolean killed;

    /**
     * A host whose wall clock is right.
     *
     * @param world the clock that moves time
     * @param name for logs; also chooses the origin of the ticker
     */
    public HostClock(VirtualClock world, String name) {
        this.world = world;
        this.name = name;
        this.tickerOrigin = -1_000_000_007L * (name.hashCode() & 0xffff);
    }

    /**
     * The host's name.
     *
     * @return as given
     */
    public String name() {
        return name;
    }

    @Override
    public Instant instant() {
        return world.instant().plusNanos(wallOffsetNanos);
    }

    @Override
    public long millis() {
        return wallOffsetNanos == 0 ? world.millis() : instant().toEpochMilli();
    }

    /** Goes on while the host is paused, as the monotonic clock of a stopped process does. */
    @Override
    public long ticker() {
        return tickerOrigin + world.ticker();
    }

    /** Dropped without a word once the host was killed. */
    @Override
    public Cancellable schedule(Duration delay, Runnable task) {
        long nanos = VirtualClock.delayNanos(delay);
        return killed ? NOTHING : world.scheduleNanos(nanos, task, this);
    }

    /** Drives the whole world on the caller's thread. */
    @Override
    public <T> T await(CompletableFuture<T> future, Duration timeout) throws TimeoutException, InterruptedException {
        return world.await(future, timeout);
    }

    /**
     * Runs tasks at the present time, in the order of their submission, never inside {@code execute}; late if the host
     * is paused, never if it was killed.
     *
     * @return the executor
     */
    public Executor executor() {
        return executor;
    }

    /** Stops the process: what comes due from now on is held back. */
    public void pause() {
        paused = true;
    }

    /**
     * Stops the process for a while.
     *
     * @param length how long, on the virtual clock
     */
    public void pauseFor(Duration length) {
        pause();
        world.schedule(length, this::resume);
    }

    /** Lets the process go on: what was held back runs now, in the order in which it came due. */
    public void resume() {
        paused = false;
        held.forEach(task -> world.submit(task, this));
        held.clear();
    }

    /** Ends the process: nothing that it had scheduled runs, now or ever, and it takes no more. */
    public void kill() {
        killed = true;
        held.clear();
    }

    /**
     * Whether the process is stopped.
     *
     * @return true between {@link #pause} and {@link #resume}
     */
    public boolean isPaused() {
        return paused;
    }

    /**
     * Whether the process is gone.
     *
     * @return true after {@link #kill}
     */
    public boolean isKilled() {
        return killed;
    }

    /**
     * Moves this host's wall clock only.
     *
     * @param by forward if positive, back if negative
     */
    public void jumpWall(Duration by) {
        wallOffsetNanos = Math.addExact(wallOffsetNanos, by.toNanos());
    }

    /** Whether a task that is due may run now; keeps it for later if the host is paused. */
    boolean admits(Runnable task) {
        if (killed) {
            return false;
        }
        if (paused) {
            if (task instanceof VirtualTimer timer) {
                timer.place = VirtualTimer.HELD;
            }
            held.add(task);
            return false;
        }
        return true;
    }

    private void submit(Runnable task) {
        if (!killed) {
            world.submit(task, this);
        }
    }
}
