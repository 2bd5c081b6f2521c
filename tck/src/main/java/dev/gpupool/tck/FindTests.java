package dev.gpupool.tck;

import static dev.gpupool.tck.Asserts.given;
import static dev.gpupool.tck.Asserts.ids;
import static dev.gpupool.tck.Records.job;
import static dev.gpupool.tck.Records.key;
import static dev.gpupool.tck.Records.keys;
import static dev.gpupool.tck.Records.record;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.spi.storage.RecordKey;
import dev.gpupool.spi.storage.RecordKind;
import dev.gpupool.spi.storage.StoredRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Records are found by kind and id, many at once. */
public interface FindTests extends StorageUnderTest {
    /** Nothing asked, nothing found. */
    @Test
    default void shouldFindNothingForNoKeys() {
        given(storage(), job("a", "v1"));

        assertThat(storage().find(keys())).isEmpty();
    }

    /** Missing records are left out. */
    @Test
    default void shouldFindTheRecordsThatExistAndLeaveOutTheOthers() {
        given(storage(), job("a", "v1", "R", "7"), job("b", "v1"));

        assertThat(storage().find(keys("a", "missing")))
                .singleElement()
                .satisfies(
                        found -> assertThat(Asserts.shown(found)).isEqualTo(Asserts.shown(job("a", "v1", "R", "7"))));
        assertThat(storage().find(keys("missing"))).isEmpty();
    }

    /** Kinds may be mixed. */
    @Test
    default void shouldFindRecordsOfManyKindsAtOnce() {
        TreeSet<RecordKey> asked = new TreeSet<>();
        for (RecordKind kind : RecordKind.values()) {
            RecordKey key = new RecordKey(kind, "id-" + kind);
            given(storage(), record(key, "default", "v", "Q", "0"));
            asked.add(key);
            asked.add(new RecordKey(kind, "id-JOB"));
        }

        assertThat(storage().find(asked))
                .extracting(found -> found.key().toString())
                .containsExactlyInAnyOrder(asked.stream()
                        .filter(key -> key.id().equals("id-" + key.kind()))
                        .map(RecordKey::toString)
                        .toArray(String[]::new));
    }

    /** The most keys of one call. */
    @Test
    default void shouldFindAThousandKeysAtOnceOfWhichHalfAreMissing() {
        List<StoredRecord> records = new ArrayList<>();
        TreeSet<RecordKey> asked = new TreeSet<>();
        for (int i = 0; i < 500; i++) {
            records.add(job("there" + i, "v" + i));
            asked.add(key("there" + i));
            asked.add(key("missing" + i));
        }
        given(storage(), records);

        assertThat(ids(storage().find(asked))).containsExactlyInAnyOrderElementsOf(ids(records));
    }

    /** An id is taken as it is: no case, blank, quote or wildcard is special. */
    @Test
    default void shouldTakeIdsAsTheyAre() {
        List<String> ids = List.of(
                "a",
                "A",
                "a ",
                " a",
                "a%",
                "a_",
                "a*",
                "a?",
                "a'",
                "a''",
                "a\"",
                "a\\",
                "a\\\\",
                "a;",
                "a--",
                "a{",
                "a}",
                "a[",
                "a:b",
                "a/b",
                "a..",
                "a,b",
                "a$1",
                "a|b",
                "a~",
                "%",
                "_",
                "'",
                "0",
                "00",
                "null",
                "'; drop table x");
        List<StoredRecord> records = new ArrayList<>();
        for (int i = 0; i < ids.size(); i++) {
            records.add(job(ids.get(i), "v" + i));
        }
        given(storage(), records);

        assertThat(ids.size()).isGreaterThan(30);
        for (StoredRecord record : records) {
            assertThat(Asserts.shown(storage().find(keys(record.key().id()))))
                    .isEqualTo(Asserts.shown(List.of(record)));
        }
    }
}
