package dev.gpupool.storage.jdbc;

import dev.gpupool.spi.storage.Changeset;
import dev.gpupool.spi.storage.Op;
import dev.gpupool.spi.storage.RecordBody;
import dev.gpupool.spi.storage.RecordKey;
import dev.gpupool.spi.storage.RecordKind;
import dev.gpupool.spi.storage.StoredRecord;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Changesets of one record, as small as they can be. */
final class Jobs {
    private Jobs() {}

    static Changeset insert(String id) {
        return put(null, id, "v", "{}");
    }

    static Changeset put(@Nullable String expected, String id, String version, String json) {
        RecordKey key = new RecordKey(RecordKind.JOB, id);
        RecordBody body = RecordBody.ofJson(json.getBytes(StandardCharsets.UTF_8));
        return new Changeset(List.of(new Op.Put(expected, new StoredRecord(key, "", version, "Q", "", body))));
    }
}
