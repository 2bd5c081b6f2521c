package dev.gpupool.examples.aion;

import org.jspecify.annotations.Nullable;

/** One notebook of the fleet, as whoever opens it sees it. Used by the example's thread only. */
interface Opened {
    String name();

    /** Somebody opens the notebook and runs it. Does nothing if it runs. */
    void start();

    /** The machine dies: no word from it any more. */
    void crash();

    boolean isOnline();

    boolean isDraining();

    /** The job that it works on, or {@code null}. */
    @Nullable String job();

    /** How long it was on since this process began, in the example's hours. */
    double onlineHours();

    /** The run is over. */
    default void close() {
        // What lives in this process ends with it.
    }
}
