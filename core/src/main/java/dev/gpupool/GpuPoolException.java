package dev.gpupool;

import org.jspecify.annotations.Nullable;

/** The root of all exceptions that the pool throws of its own; bad arguments are {@link IllegalArgumentException}s. */
public abstract class GpuPoolException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Says what, where and what to do.
     *
     * @param message the text
     */
    protected GpuPoolException(String message) {
        super(message);
    }

    /**
     * Says what, where and what to do.
     *
     * @param message the text
     * @param cause why, or {@code null}
     */
    protected GpuPoolException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
