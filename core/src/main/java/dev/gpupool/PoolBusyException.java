package dev.gpupool;

import java.time.Duration;

/** The pool cannot take the call now: too many commands wait, or the storage does not answer. Safe to repeat by key. */
public final class PoolBusyException extends GpuPoolException {
    private static final long serialVersionUID = 1L;
    /** How long to wait. */
    private final Duration retryAfter;

    /**
     * Says why and when to try again.
     *
     * @param message what is busy
     * @param retryAfter how long to wait
     */
    public PoolBusyException(String message, Duration retryAfter) {
        super(message + "; try again in " + retryAfter.toSeconds() + " s");
        this.retryAfter = retryAfter;
    }

    /**
     * How long to wait before the next try.
     *
     * @return positive
     */
    public Duration retryAfter() {
        return retryAfter;
    }
}
