package dev.gpupool.spi.worker;

import dev.gpupool.spi.internal.Require;

/**
 * One accelerator as the worker's probe found it.
 *
 * @param model the name, such as {@code Tesla T4}; 1 to 100 printable ASCII characters
 * @param memoryMib its memory in MiB, such as 15,360
 */
public record Device(String model, int memoryMib) {
    /**
     * Checks the form.
     *
     * @throws IllegalArgumentException if the model is empty or longer than 100 characters, or the memory is negative
     */
    public Device {
        Require.ascii("device.model", model, 100);
        if (model.isEmpty()) {
            throw new IllegalArgumentException("device.model must not be empty");
        }
        Require.between("device.memoryMib", memoryMib, 0, 100_000_000);
    }
}
