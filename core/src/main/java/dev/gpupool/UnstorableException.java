package dev.gpupool;

/**
 * A change was given up, since one of its records has no stored form: it would be larger than a storage must take. No
 * further try would help, and the pool goes on as if it had not been asked.
 */
public final class UnstorableException extends GpuPoolException {
    private static final long serialVersionUID = 1L;

    /**
     * Says which record and why.
     *
     * @param message what cannot be stored
     */
    public UnstorableException(String message) {
        super(message);
    }
}
