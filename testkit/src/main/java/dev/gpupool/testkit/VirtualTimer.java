package dev.gpupool.testkit;

import dev.gpupool.spi.clock.Cancellable;
import org.jspecify.annotations.Nullable;

/**
 * A task with a due time on a {@link VirtualClock}. One that was made by {@link VirtualClock#timer} may be armed again
 * and again, so that a beat costs no allocation; it belongs to the thread that drives the clock.
 */
final class VirtualTimer implements Cancellable, Runnable {
    static final int IDLE = -1;
    static final int HELD = -2;

    final Runnable task;
    final @Nullable HostClock host;
    long dueNanos;
    long sequence;
    /** The place in the heap, {@link #IDLE} if in none, {@link #HELD} while a paused host keeps it. */
    int place = IDLE;
    /** Set when the heap cannot be touched because another thread drives. */
    volatile boolean cancelled;

    private final VirtualClock clock;

    VirtualTimer(VirtualClock clock, Runnable task, @Nullable HostClock host) {
        this.clock = clock;
        this.task = task;
        this.host = host;
    }

    /** Sets the due time to so many milliseconds from now, instead of an earlier one. */
    void armMillis(long delayMillis) {
        clock.arm(this, delayMillis * 1_000_000L);
    }

    boolean isArmed() {
        return place >= 0 && !cancelled;
    }

    /** How long until it is due; meaningless if it is not armed. */
    long dueInMillis() {
        return (dueNanos - clock.ticker()) / 1_000_000L;
    }

    /** Runs what a paused host held back, unless it was called off since. */
    @Override
    public void run() {
        place = IDLE;
        if (!cancelled) {
            task.run();
        }
    }

    @Override
    public void cancel() {
        clock.cancel(this);
    }
}
