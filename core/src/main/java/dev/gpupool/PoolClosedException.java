package dev.gpupool;

/** The pool was closed; jobs that were acknowledged go on at the next start. */
public final class PoolClosedException extends GpuPoolException {
    private static final long serialVersionUID = 1L;

    /**
     * Says what, where and what to do.
     *
     * @param pool the pool's name
     */
    public PoolClosedException(String pool) {
        super("pool " + pool + " is closed; what was acknowledged goes on at the next start");
    }
}
