package dev.gpupool.planning;

import dev.gpupool.GpuPoolException;

/** No plan meets the target. */
public final class UnreachableTargetException extends GpuPoolException {
    private static final long serialVersionUID = 1;

    private final transient Shortfall shortfall;

    UnreachableTargetException(Shortfall shortfall) {
        super(shortfall.message());
        this.shortfall = shortfall;
    }

    /**
     * By how much.
     *
     * @return the figures
     */
    public Shortfall shortfall() {
        return shortfall;
    }
}
