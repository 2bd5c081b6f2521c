package dev.gpupool.spring;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Checks of properties; a message names the property and its value. */
final class Checks {
    private Checks() {}

    static @Nullable Duration positive(String property, @Nullable Duration value) {
        if (value != null && (value.isZero() || value.isNegative())) {
            throw new IllegalArgumentException(property + " must be positive, but was " + value);
        }
        if (value != null && value.compareTo(Duration.ofMillis(1)) < 0) {
            throw new IllegalArgumentException(property + " must be at least 1 ms, but was " + value);
        }
        return value;
    }

    static int between(String property, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(property + " must be " + least + " to " + most + ", but was " + value);
        }
        return value;
    }
}
