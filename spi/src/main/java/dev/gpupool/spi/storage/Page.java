package dev.gpupool.spi.storage;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One answer to a {@link Query}.
 *
 * @param records in scan order, at most as many as the query's limit
 * @param next the place to go on after, or {@code null} if there is nothing more
 */
public record Page(List<StoredRecord> records, @Nullable Cursor next) {
    /** Copies the list. */
    public Page {
        records = List.copyOf(records);
    }
}
