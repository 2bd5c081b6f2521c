package dev.gpupool;

/** The key names a job with another request. */
public final class KeyConflictException extends GpuPoolException {
    private static final long serialVersionUID = 1L;
    /** The job that has the key. */
    private final String jobId;

    /**
     * Says what, where and what to do.
     *
     * @param jobId the job that has the key
     * @param key the key
     */
    public KeyConflictException(String jobId, String key) {
        super("key " + key + " belongs to job " + jobId
                + " with another request; use another key, or the same request");
        this.jobId = jobId;
    }

    /**
     * The job that has the key.
     *
     * @return the job that has the key
     */
    public String jobId() {
        return jobId;
    }
}
