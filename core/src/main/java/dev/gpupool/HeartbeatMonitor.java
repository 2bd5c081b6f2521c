package dev.gpupool;

/** Who is heard. Safe for use by many threads. */
public interface HeartbeatMonitor {
    /** What is known of a worker's life. */
    enum State {
        /** Heard within two intervals. */
        ONLINE,
        /** Silent for two intervals: gets no new work. */
        SUSPECT,
        /** Silent for three intervals, ended, or never seen. */
        OFFLINE
    }

    /**
     * A sign of life of a worker that the host itself dispatches to. Cheap: neither queued nor stored.
     *
     * @param worker its name
     * @return whether it is counted; false if the worker has no live session and must be registered again
     * @throws UnknownWorkerException if there is no such worker
     */
    boolean beat(String worker);

    /**
     * Whether a worker is heard.
     *
     * @param worker its name
     * @return its state now
     * @throws UnknownWorkerException if there is no such worker
     */
    State state(String worker);
}
