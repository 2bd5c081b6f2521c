package dev.gpupool.spi.storage;

import org.jspecify.annotations.Nullable;

/**
 * The storage did not do what was asked, and surely will not: no operation of the call took effect or can still take
 * effect. The pool waits and tries again; meanwhile nothing is leased and nobody is judged silent.
 */
public class StorageUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Says why.
     *
     * @param message what failed and what to do about it
     * @param cause the failure underneath, if any
     */
    public StorageUnavailable(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
