package dev.gpupool.spring;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Checks of properties; a message names the property and its value. */
final class Checks {
    private Checks() {}

    static @Nullable Duration positive(String property, @Nullable Duration value) {
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

    static void prefix(String property, String value) {
        if (!value.startsWith("/") || value.endsWith("/") || value.contains("*")) {
            throw new IllegalArgumentException(
                    property + " must begin with / and end without / or *, but was " + value);
        }
    }

    static void apart(String property, String one, String otherProperty, String other) {
        if ((one + '/').startsWith(other + '/') || (other + '/').startsWith(one + '/')) {
            throw new IllegalArgumentException(property + " must be neither " + otherProperty
                    + " nor above or below it, but they were " + one + " and " + other);
        }
    }

    static void address(String property, @Nullable URI value) {
        if (value != null && !"http".equals(value.getScheme()) && !"https".equals(value.getScheme())) {
            throw new IllegalArgumentException(property + " must begin with http:// or https://, but was " + value);
        }
    }
}
