package dev.gpupool.benchmarks.durable;

import org.jspecify.annotations.Nullable;

/** Jobs that do nothing, kept in a database, and {@link #WORKERS} workers for them. */
interface DurableQueue extends AutoCloseable {
    int WORKERS = 14;

    /** Told for each job, once its end is durable or it has failed; any number of threads at a time. */
    interface Done {
        void done(@Nullable Throwable failure);
    }

    /** Makes jobs durable, before {@link #start}; returns when they are. */
    void prefill(int jobs, Done done) throws Exception;

    /** The workers begin. */
    void start() throws Exception;

    /** Hands in some jobs together, after {@link #start}; may wait until they are durable. */
    void submit(int jobs, Done done) throws Exception;

    @Override
    void close();
}
