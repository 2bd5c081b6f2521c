package dev.gpupool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.gpupool.spi.storage.Changeset;
import dev.gpupool.spi.storage.CommitResult;
import dev.gpupool.spi.storage.Op;
import dev.gpupool.spi.storage.PoolStorage;
import dev.gpupool.spi.storage.Query;
import dev.gpupool.spi.storage.RecordBody;
import dev.gpupool.spi.storage.RecordKey;
import dev.gpupool.spi.storage.RecordKind;
import dev.gpupool.spi.storage.StoredRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StorageCopyTest {
    private final PoolStorage from = InMemoryStorage.create();
    private final PoolStorage to = InMemoryStorage.create();

    @Test
    void shouldCopyEveryRecordOfEveryKind() {
        for (RecordKind kind : RecordKind.values()) {
            for (int i = 0; i < 250; i++) {
                put(from, record(kind, "r" + i, "v" + i));
            }
        }

        assertThat(StorageCopy.copy(from, to)).isEqualTo(250L * RecordKind.values().length);

        assertThat(all(to)).isEqualTo(all(from)).hasSize(250 * RecordKind.values().length);
    }

    @Test
    void shouldFinishACopyThatWasCutOff() {
        for (int i = 0; i < 150; i++) {
            put(from, record(RecordKind.JOB, "j" + i, "v" + i));
        }
        put(to, record(RecordKind.JOB, "j7", "v7"));
        put(to, record(RecordKind.JOB, "j140", "v140"));

        assertThat(StorageCopy.copy(from, to)).isEqualTo(150);

        assertThat(all(to)).isEqualTo(all(from));
    }

    @Test
    void shouldRefuseATargetThatHoldsAnythingElseAndLeaveItAsItWas() {
        put(from, record(RecordKind.JOB, "j1", "v1"));
        put(from, record(RecordKind.JOB, "j2", "v2"));
        put(to, record(RecordKind.WORKER, "w", "v3"));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> StorageCopy.copy(from, to))
                .withMessage("to must hold nothing, or a part of what from holds, but holds WORKER/w, which from does"
                        + " not");
        assertThat(all(to)).hasSize(1);
    }

    @Test
    void shouldRefuseATargetThatAPoolHasUsedSince() {
        put(from, record(RecordKind.JOB, "j1", "v1"));
        put(from, record(RecordKind.JOB, "j2", "v2"));
        put(to, record(RecordKind.JOB, "j1", "newer"));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> StorageCopy.copy(from, to))
                .withMessage("to must hold nothing, or a part of what from holds, but holds JOB/j1 in another version");
        assertThat(all(to)).containsExactly("JOB/j1 newer Q k t {\"of\":\"j1\"}");
    }

    private static StoredRecord record(RecordKind kind, String id, String version) {
        RecordBody body = RecordBody.ofJson(("{\"of\":\"" + id + "\"}").getBytes(StandardCharsets.UTF_8));
        return new StoredRecord(new RecordKey(kind, id), "t", version, "Q", "k", body);
    }

    private static void put(PoolStorage storage, StoredRecord record) {
        assertThat(storage.commit(new Changeset(List.of(new Op.Put(null, record)))))
                .isEqualTo(CommitResult.APPLIED);
    }

    private static List<String> all(PoolStorage storage) {
        List<String> found = new ArrayList<>();
        for (RecordKind kind : RecordKind.values()) {
            for (StoredRecord record : storage.scan(Query.of(kind, "")).records()) {
                found.add(record.key() + " " + record.version() + " " + record.state() + " " + record.sortKey() + " "
                        + record.tenant() + " " + new String(record.body().json(), StandardCharsets.UTF_8));
            }
        }
        return found;
    }
}
