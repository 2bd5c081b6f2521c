package dev.gpupool;

/** The job ended without a result: it failed, was cancelled or was quarantined. */
public final class JobFailedException extends GpuPoolException {
    private static final long serialVersionUID = 1L;
    /** The job. */
    private final String jobId;
    /** How it ended. */
    private final JobState state;

    /**
     * Says how it ended.
     *
     * @param jobId the job
     * @param state its final state
     * @param kind a word for programs
     * @param message in words
     */
    public JobFailedException(String jobId, JobState state, String kind, String message) {
        super("job " + jobId + " ended " + state + " (" + kind + "): " + message);
        this.jobId = jobId;
        this.state = state;
    }

    /**
     * The job.
     *
     * @return its id
     */
    public String jobId() {
        return jobId;
    }

    /**
     * How it ended.
     *
     * @return FAILED, CANCELLED or QUARANTINED
     */
    public JobState state() {
        return state;
    }
}
