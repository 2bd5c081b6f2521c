package dev.gpupool.micrometer;

import io.micrometer.core.instrument.Tags;
import java.util.function.ToDoubleFunction;

/**
 * A meter that there is once for each worker or account.
 *
 * @param name its name
 * @param tags what it bears beside the row's own
 * @param value what it says of one row
 * @param fold what it says of several rows that share {@code other}
 */
record RowMeter<R>(MeterName name, Tags tags, ToDoubleFunction<R> value, Fold fold) {
    /** How several rows make one number. NaN counts for nothing, and of nothing else is NaN. */
    enum Fold {
        SUM,
        LEAST,
        MOST;

        double of(double one, double other) {
            if (Double.isNaN(one)) {
                return other;
            }
            if (Double.isNaN(other)) {
                return one;
            }
            return switch (this) {
                case SUM -> one + other;
                case LEAST -> Math.min(one, other);
                case MOST -> Math.max(one, other);
            };
        }
    }
}
