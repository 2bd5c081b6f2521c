package dev.gpupool.quota;

import dev.gpupool.Requirements;
import dev.gpupool.spi.internal.Require;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How to select.
 *
 * @param requirements what is asked of the worker; nothing unless set
 * @param expected how long the work is expected to take, which reserves quota and a slot, or {@code null} to reserve
 *     nothing
 */
public record SelectOptions(
        Requirements requirements, @Nullable Duration expected) {
    /** Any worker, nothing reserved. */
    public static final SelectOptions DEFAULT = new SelectOptions(Requirements.NONE, null);

    /**
     * Checks the duration.
     *
     * @throws IllegalArgumentException if the requirements are {@code null}, or the expected time is not positive
     */
    public SelectOptions {
        Require.notNull("options.requirements", requirements);
        if (expected != null) {
            Require.positive("options.expected", expected);
        }
    }

    /**
     * Reserves quota and a slot.
     *
     * @param expected how long the work is expected to take
     * @return the options
     */
    public static SelectOptions expecting(Duration expected) {
        return new SelectOptions(Requirements.NONE, expected);
    }

    /**
     * Asks something of the worker.
     *
     * @param requirements what
     * @return the options
     */
    public SelectOptions with(Requirements requirements) {
        return new SelectOptions(requirements, expected);
    }
}
