package dev.gpupool.spi.worker;

/**
 * Brings the calls of workers to the pool: in this process, over HTTP, or otherwise.
 *
 * <p>An implementation guarantees that after {@link #close()} it makes no call of the gateway. The pool guarantees that
 * it calls {@link #start} once, before any close.
 */
public interface WorkerTransport extends AutoCloseable {
    /**
     * Begins to take calls.
     *
     * @param gateway where to bring them
     */
    void start(WorkerGateway gateway);

    /** Takes no more calls. Does nothing the second time. */
    @Override
    void close();
}
