package dev.gpupool.internal.record;

import dev.gpupool.spi.storage.RecordBody;
import dev.gpupool.spi.storage.StoredRecord;
import java.util.List;

/**
 * A document with the versions that it had before: proof, after an unknown outcome, that a write took effect although
 * others have written since. Encoded only when an adapter asks.
 */
public record DocBody(Doc doc, List<String> past) implements RecordBody {
    /** How many versions a record remembers, its present one included. */
    public static final int REMEMBERED = 16;

    @Override
    public byte[] json() {
        return DocCodec.encode(this);
    }

    /** Reads the document of a stored record, whether or not it was ever encoded. */
    public static DocBody of(StoredRecord stored) {
        return stored.body() instanceof DocBody body
                ? body
                : DocCodec.decode(stored.key(), stored.body().json());
    }

    /** Whether a record has now, or had within its memory, the given version. */
    public static boolean hasOrHad(StoredRecord stored, String version) {
        return stored.version().equals(version) || of(stored).past().contains(version);
    }
}
