package dev.gpupool;

/** Where a job stands. Every acknowledged job is in exactly one of these states. */
public enum JobState {
    /** Waits for a worker. */
    QUEUED,
    /** Waits for its next try after a failure. */
    DELAYED,
    /** Is leased to a worker. */
    RUNNING,
    /** Ended well; final. */
    SUCCEEDED,
    /** Ended badly; final. */
    FAILED,
    /** Was cancelled; final. */
    CANCELLED,
    /** Took down several workers in a row and is set aside; final. */
    QUARANTINED;

    /**
     * Whether nothing changes any more.
     *
     * @return true for the last four
     */
    public boolean isFinal() {
        return this == SUCCEEDED || this == FAILED || this == CANCELLED || this == QUARANTINED;
    }
}
