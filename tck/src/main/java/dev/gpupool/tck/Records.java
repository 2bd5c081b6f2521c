package dev.gpupool.tck;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gpupool.spi.storage.Changeset;
import dev.gpupool.spi.storage.Op;
import dev.gpupool.spi.storage.RecordBody;
import dev.gpupool.spi.storage.RecordKey;
import dev.gpupool.spi.storage.RecordKind;
import dev.gpupool.spi.storage.StoredRecord;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Records and operations for tests, in few words. Ids without a kind are those of jobs. */
final class Records {
    private Records() {}

    static RecordKey key(String id) {
        return new RecordKey(RecordKind.JOB, id);
    }

    static Set<RecordKey> keys(String... ids) {
        return new TreeSet<>(Arrays.stream(ids).map(Records::key).toList());
    }

    static RecordBody body(String json) {
        return RecordBody.ofJson(json.getBytes(UTF_8));
    }

    static StoredRecord job(String id, String version) {
        return job(id, version, "Q", "0");
    }

    static StoredRecord job(String id, String version, String state, String sortKey) {
        return record(key(id), "default", version, state, sortKey);
    }

    static StoredRecord record(RecordKey key, String tenant, String version, String state, String sortKey) {
        return new StoredRecord(
                key,
                tenant,
                version,
                state,
                sortKey,
                body("{\"of\":\"" + Integer.toHexString(version.hashCode()) + "\"}"));
    }

    static StoredRecord withBody(String id, String version, String json) {
        return new StoredRecord(key(id), "default", version, "Q", "0", body(json));
    }

    static Op insert(StoredRecord record) {
        return new Op.Put(null, record);
    }

    static Op update(String expected, StoredRecord record) {
        return new Op.Put(expected, record);
    }

    static Op delete(String id, String expected) {
        return new Op.Delete(key(id), expected);
    }

    static Op check(String id, @Nullable String expected) {
        return new Op.Check(key(id), expected);
    }

    static Changeset changeset(Op... ops) {
        return new Changeset(List.of(ops));
    }
}
