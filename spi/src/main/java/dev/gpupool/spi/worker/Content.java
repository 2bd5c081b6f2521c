package dev.gpupool.spi.worker;

import dev.gpupool.spi.internal.Require;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A payload or a result: JSON text, or a reference to bytes that are kept elsewhere.
 *
 * @param json JSON text of at most 256 KiB in UTF-8, or {@code null}; that it is JSON is checked where the pool takes it
 *     in
 * @param reference where the bytes are, at most 2,000 printable ASCII characters, or {@code null}
 */
public record Content(@Nullable String json, @Nullable String reference) {
    /** The most bytes of inline text. */
    public static final int MAX_INLINE_BYTES = 256 * 1024;

    /** No content: the JSON value {@code null}. */
    public static final Content NONE = new Content("null", null);

    /**
     * Checks that it is one of the two.
     *
     * @throws IllegalArgumentException if both or neither are given, the JSON is no Unicode text or longer than {@link
     *     #MAX_INLINE_BYTES}, or the reference is longer than 2,000 characters
     */
    public Content {
        if ((json == null) == (reference == null)) {
            throw new IllegalArgumentException("content must be either json or a reference, but was json="
                    + (json == null ? "null" : "text") + " and reference=" + reference);
        }
        if (json != null) {
            Require.unicode("content.json", json);
        }
        if (json != null && json.length() > MAX_INLINE_BYTES / 3) {
            int bytes = json.getBytes(StandardCharsets.UTF_8).length;
            if (bytes > MAX_INLINE_BYTES) {
                throw new IllegalArgumentException("content.json must have at most " + MAX_INLINE_BYTES
                        + " bytes, but had " + bytes + "; keep the bytes elsewhere and pass a reference");
            }
        }
        if (reference != null) {
            Require.ascii("content.reference", reference, 2_000);
        }
    }

    /**
     * Inline JSON text.
     *
     * @param json the text
     * @return the content
     * @throws IllegalArgumentException if it is larger than 256 KiB
     */
    public static Content json(String json) {
        return new Content(json, null);
    }

    /**
     * A reference.
     *
     * @param reference where the bytes are
     * @return the content
     */
    public static Content reference(String reference) {
        return new Content(null, reference);
    }
}
