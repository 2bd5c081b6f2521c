package dev.gpupool;

/** Hears what happens in a pool. Called after the commit, in order, one event at a time, never in the pool's loop. */
@FunctionalInterface
public interface PoolListener {
    /** Hears nothing. */
    PoolListener NO_OP = event -> {};

    /**
     * Something happened. What this throws is logged; while it does not return, further events wait, and beyond 10,000
     * the oldest are dropped with a warning; their number is then told by {@link PoolEvent.Type#EVENTS_MISSED}. Other
     * listeners and the pool are not held up. Interrupted if the pool is closed meanwhile and the threads are its own.
     *
     * @param event what happened
     */
    void onEvent(PoolEvent event);
}
