package dev.gpupool.internal.engine;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * A look, and a pick, on the caller's thread that spares the turn of the loop around it: a turn costs more than the pick.
 * It is spared only when there is nothing for it to do: no deadline has come, and the wall clock has gone on with the
 * ticker and has reached no end of a window.
 */
final class Glance {
    private static final long WALL_STEP_MILLIS = 1_000;

    private final PoolTime time;
    private final Deadlines deadlines;
    private final ReentrantLock lock;
    private final LongSupplier wallLimit;
    private long wallAhead;
    private long tick;
    private long wall;

    Glance(Kernel kernel, LongSupplier wallLimit) {
        time = kernel.time();
        deadlines = kernel.deadlines();
        lock = kernel.lock();
        this.wallLimit = wallLimit;
        kernel.atTurnStart(() -> wallAhead = time.wall() - time.tick());
    }

    /** Takes the lock, unless a turn is due; returns whether it did. */
    boolean enter() {
        lock.lock();
        tick = time.tick();
        wall = time.wall();
        boolean quiet = tick < deadlines.next()
                && wall < wallLimit.getAsLong()
                && Math.abs(wall - tick - wallAhead) <= WALL_STEP_MILLIS;
        if (!quiet) {
            lock.unlock();
        }
        return quiet;
    }

    void leave() {
        lock.unlock();
    }

    /** The ticker when it was entered. */
    long tick() {
        return tick;
    }

    /** The wall clock when it was entered. */
    long wall() {
        return wall;
    }
}
