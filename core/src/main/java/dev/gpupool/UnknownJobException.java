package dev.gpupool;

/** There is no such job, or it ended so long ago that its record is gone. */
public final class UnknownJobException extends GpuPoolException {
    private static final long serialVersionUID = 1L;
    /** The id that was asked for. */
    private final String jobId;

    /**
     * Says what, where and what to do.
     *
     * @param jobId the id
     */
    public UnknownJobException(String jobId) {
        super("no job " + jobId + " is known");
        this.jobId = jobId;
    }

    /**
     * The id that was asked for.
     *
     * @return the id that was asked for
     */
    public String jobId() {
        return jobId;
    }
}
