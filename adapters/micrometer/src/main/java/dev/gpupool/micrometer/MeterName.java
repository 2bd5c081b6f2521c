package dev.gpupool.micrometer;

import org.jspecify.annotations.Nullable;

/** What a meter is called, in what it is counted, and what it means: a row of {@code docs/metrics.md}. */
record MeterName(String name, @Nullable String unit, String meaning) {
    static MeterName of(String name, String unit, String meaning) {
        return new MeterName(name, unit, meaning);
    }

    static MeterName of(String name, String meaning) {
        return new MeterName(name, null, meaning);
    }
}
