// expect: [NullAway] dereferenced expression
package dev.gpupool.planted;

import org.jspecify.annotations.Nullable;

/** Uses what may be null. */
public final class NullDereference {
    private NullDereference() {}

    /** The length of a text that may not be there. */
    public static int length(@Nullable String text) {
        return text.length();
    }
}
