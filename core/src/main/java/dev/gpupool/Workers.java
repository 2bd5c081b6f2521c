package dev.gpupool;

import java.util.List;

/** The workers of a pool. Safe for use by many threads. */
public interface Workers {
    /**
     * Begins a session of a worker that the host itself dispatches to; keep it online with
     * {@link HeartbeatMonitor#beat}. A live session of the same name and account is superseded.
     *
     * @param worker what it is
     * @return the session's id
     * @throws IllegalArgumentException if the registration is refused, saying why
     * @throws PoolBusyException if it did not become durable in time
     */
    String register(WorkerSpec worker);

    /**
     * Runs a worker in this process: it takes jobs, beats, and drains by itself until the pool closes.
     *
     * @param worker what it is
     * @param handler the code of its jobs
     * @throws IllegalArgumentException if the registration is refused, saying why
     * @throws PoolBusyException if it did not become durable in time
     */
    void local(WorkerSpec worker, JobHandler handler);

    /**
     * Lets a worker take no new work, give back what can resume, and end.
     *
     * @param worker its name
     * @throws UnknownWorkerException if there is no such worker
     */
    void drain(String worker);

    /**
     * Takes a worker out of the fleet: it is drained, and shows no more once its session has ended. If it registers again it
     * is a worker again; revoke its token to keep it out. Its name stays its account's.
     *
     * @param worker its name
     * @throws UnknownWorkerException if there is no such worker
     */
    void remove(String worker);

    /**
     * The names of the workers that are known.
     *
     * @return in alphabetical order
     */
    List<String> names();
}
