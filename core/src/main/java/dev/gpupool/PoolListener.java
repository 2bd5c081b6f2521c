package dev.gpupool;

/** Hears what happens in a pool. Called after the commit, in order, one event at a time, never in the pool's loop. */
@FunctionalInterface
public interface PoolListener {
    /** Hears nothing. */
    PoolListener NO_OP = event -> {};

    /**
     * Something happened. What this throws is logged; while it does not return, further events wait, and beyond 10,000
     * the oldest are dropped with a warning.
     *
     * @param event what happened
     */
    void onEvent(PoolEvent event);
}
