package dev.gpupool.internal.record;

import dev.gpupool.spi.storage.RecordKey;
import org.jspecify.annotations.Nullable;

/** A document has no stored form: it is too large, or holds text that no encoding can carry. */
public final class Unstorable extends IllegalStateException {
    private static final long serialVersionUID = 1;

    Unstorable(RecordKey key, String why, @Nullable Throwable cause) {
        super(key + " " + why, cause);
    }

    /** Finds it in a failure that an adapter may have wrapped. */
    public static @Nullable Unstorable in(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof Unstorable found) {
                return found;
            }
        }
        return null;
    }
}
