package dev.gpupool.spi.clock;

/** A task that was scheduled and may be called off. Safe for use by many threads. */
@FunctionalInterface
public interface Cancellable {
    /** Calls the task off. Does nothing if it has run, is running or was called off before. */
    void cancel();
}
