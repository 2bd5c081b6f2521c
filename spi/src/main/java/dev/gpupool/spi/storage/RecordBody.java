package dev.gpupool.spi.storage;

import java.util.Arrays;

/**
 * The document of a record: UTF-8 JSON, encoded only when an adapter asks for it. An adapter that keeps records in
 * this process may keep the body object itself and never ask.
 */
@FunctionalInterface
public interface RecordBody {
    /** The most bytes that a body may have. */
    int MAX_BYTES = 1 << 20;

    /**
     * The document, encoded.
     *
     * @return UTF-8 JSON of at most {@value #MAX_BYTES} bytes; the caller must not change the array
     */
    byte[] json();

    /**
     * A body that was read from a storage.
     *
     * @param json UTF-8 JSON, byte for byte as {@link #json()} once gave it, or an equal document
     * @return the body
     */
    static RecordBody ofJson(byte[] json) {
        byte[] copy = Arrays.copyOf(json, json.length);
        return () -> copy;
    }
}
