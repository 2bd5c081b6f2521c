package dev.gpupool.internal.util;

import dev.gpupool.spi.internal.Require;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** Parts of a whole, in millionths. */
public final class Millionths {
    private Millionths() {}

    /** A part as it reads in decimal digits; what lies beyond the sixth is dropped. */
    public static int of(String field, double part) {
        if (!(part > 0 && part <= 1)) {
            throw new IllegalArgumentException(field + " must be above 0 and at most 1, but was " + part);
        }
        int ppm = BigDecimal.valueOf(part)
                .movePointRight(6)
                .setScale(0, RoundingMode.FLOOR)
                .intValueExact();
        return Require.between(field + " in millionths", ppm, 1, 1_000_000);
    }
}
