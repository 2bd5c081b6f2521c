package dev.gpupool;

import dev.gpupool.spi.internal.Require;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a job asks of a worker.
 *
 * @param provider the name of a provider policy, or {@code null} for any
 * @param gpuModel a device's exact model, such as {@code Tesla T4}, or {@code null} for any
 * @param memoryMib the memory that each counted device must have, in MiB; 0 for any
 * @param devices how many such devices the worker must have, 0 to 64; 0 takes a worker without a GPU too
 * @param labels the labels that the worker must carry, with these values
 */
public record Requirements(
        @Nullable String provider, @Nullable String gpuModel, int memoryMib, int devices, Map<String, String> labels) {
    /** Any worker will do. */
    public static final Requirements NONE = new Requirements(null, null, 0, 0, java.util.Collections.emptyMap());

    /**
     * Checks the ranges and copies the labels.
     *
     * @throws IllegalArgumentException if the provider is no name, the model is empty, or a number is out of range
     */
    public Requirements {
        if (provider != null) {
            Require.name("requirements.provider", provider);
        }
        if (gpuModel != null) {
            Require.text("requirements.gpuModel", gpuModel, 100);
        }
        Require.between("requirements.memoryMib", memoryMib, 0, 100_000_000);
        Require.between("requirements.devices", devices, 0, 64);
        labels = Require.labels("requirements.labels", labels);
    }

    /**
     * Any worker of one provider.
     *
     * @param provider the name of a provider policy
     * @return the requirements
     */
    public static Requirements provider(String provider) {
        return new Requirements(provider, null, 0, 0, java.util.Collections.emptyMap());
    }

    /**
     * A worker with one device of at least so much memory.
     *
     * @param memoryMib in MiB
     * @return the requirements
     */
    public static Requirements memory(int memoryMib) {
        return new Requirements(null, null, memoryMib, 1, java.util.Collections.emptyMap());
    }
}
