package dev.gpupool.testkit;

import dev.gpupool.GpuPool;
import dev.gpupool.PoolEvent;

/**
 * Watches a {@link Simulation} from outside, for what its checks do not ask. Called on the thread that drives the clock,
 * outside of all tasks of the pools but for {@link #happened}. It must change nothing.
 */
public interface SimObserver {
    /**
     * A job was acknowledged, at the same instant.
     *
     * @param pool the pool that acknowledged it
     * @param jobId the job
     * @param nowMillis milliseconds since {@link TestPool#START}
     */
    default void acknowledged(GpuPool pool, String jobId, long nowMillis) {}

    /**
     * An hour has passed, while jobs come.
     *
     * @param pool a pool that is up
     * @param nowMillis milliseconds since {@link TestPool#START}
     */
    default void hour(GpuPool pool, long nowMillis) {}

    /**
     * A pool told its listeners something.
     *
     * @param event what
     * @param nowMillis milliseconds since {@link TestPool#START}
     */
    default void happened(PoolEvent event, long nowMillis) {}
}
