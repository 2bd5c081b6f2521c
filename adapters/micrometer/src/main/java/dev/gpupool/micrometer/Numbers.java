package dev.gpupool.micrometer;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Durations as meters tell them. */
final class Numbers {
    private Numbers() {}

    static double seconds(@Nullable Duration duration) {
        return duration == null ? Double.NaN : duration.toMillis() / 1_000.0;
    }
}
