package dev.gpupool;

/** There is no such worker. */
public final class UnknownWorkerException extends GpuPoolException {
    private static final long serialVersionUID = 1L;
    /** The name that was asked for. */
    private final String worker;

    /**
     * Says what, where and what to do.
     *
     * @param worker the name
     */
    public UnknownWorkerException(String worker) {
        super("no worker " + worker + " is known; register it first");
        this.worker = worker;
    }

    /**
     * The name that was asked for.
     *
     * @return the name that was asked for
     */
    public String worker() {
        return worker;
    }
}
