package dev.gpupool;

/** No session that the pool can have would ever hold the job. */
public final class UnplaceableJobException extends GpuPoolException {
    private static final long serialVersionUID = 1L;

    /**
     * Says what, where and what to do.
     *
     * @param message which limit, and the largest there is
     */
    public UnplaceableJobException(String message) {
        super(message);
    }
}
