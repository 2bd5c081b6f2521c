package dev.gpupool.spi.storage;

import org.jspecify.annotations.Nullable;

/**
 * Nobody knows whether the call took effect, or will still take effect (a connection that died between the commit and
 * its answer). Any other exception that a storage throws means the same. The pool finds out before it commits on.
 */
public final class OutcomeUnknown extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Says why.
     *
     * @param message what happened
     * @param cause the failure underneath, if any
     */
    public OutcomeUnknown(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
