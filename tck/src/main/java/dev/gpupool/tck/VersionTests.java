package dev.gpupool.tck;

import static dev.gpupool.tck.Asserts.applied;
import static dev.gpupool.tck.Asserts.given;
import static dev.gpupool.tck.Asserts.holdsOnly;
import static dev.gpupool.tck.Asserts.refused;
import static dev.gpupool.tck.Records.check;
import static dev.gpupool.tck.Records.delete;
import static dev.gpupool.tck.Records.insert;
import static dev.gpupool.tck.Records.job;
import static dev.gpupool.tck.Records.key;
import static dev.gpupool.tck.Records.record;
import static dev.gpupool.tck.Records.update;

import dev.gpupool.spi.storage.RecordKey;
import dev.gpupool.spi.storage.RecordKind;
import dev.gpupool.spi.storage.StoredRecord;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An operation's condition holds exactly when the stored record has the expected version. */
public interface VersionTests extends StorageUnderTest {
    /** Absent is expected, and found or not. */
    @Test
    default void shouldInsertOnlyWhereThereIsNoRecord() {
        applied(storage(), insert(job("a", "v1")));
        refused(storage(), insert(job("a", "v2")));
        refused(storage(), insert(job("a", "v1")));

        holdsOnly(storage(), job("a", "v1"));
    }

    /** A version is expected, and found or not. */
    @Test
    default void shouldUpdateOnlyTheExpectedVersion() {
        given(storage(), job("a", "v1"));

        refused(storage(), update("v0", job("a", "v2")));
        applied(storage(), update("v1", job("a", "v2", "R", "5")));
        refused(storage(), update("v1", job("a", "v3")));

        holdsOnly(storage(), job("a", "v2", "R", "5"));
    }

    /** An update never inserts. */
    @Test
    default void shouldNotUpdateARecordThatIsGone() {
        given(storage(), job("a", "v1"));
        applied(storage(), delete("a", "v1"));

        refused(storage(), update("v1", job("a", "v2")));
        refused(storage(), update("v1", job("never", "v2")));

        holdsOnly(storage());
    }

    /** A delete has a condition like a write. */
    @Test
    default void shouldDeleteOnlyTheExpectedVersion() {
        given(storage(), job("a", "v1"), job("b", "v1"));

        refused(storage(), delete("a", "v2"));
        applied(storage(), delete("a", "v1"));
        refused(storage(), delete("a", "v1"));

        holdsOnly(storage(), job("b", "v1"));
    }

    /** A check has a condition like a write. */
    @Test
    default void shouldCheckExactlyTheExpectedVersionOrAbsence() {
        given(storage(), job("a", "v1"));

        applied(storage(), check("a", "v1"), insert(job("b", "1")));
        applied(storage(), check("c", null), insert(job("d", "1")));
        refused(storage(), check("a", "v2"), insert(job("e", "1")));
        refused(storage(), check("a", null), insert(job("f", "1")));
        refused(storage(), check("c", "v1"), insert(job("g", "1")));

        holdsOnly(storage(), job("a", "v1"), job("b", "1"), job("d", "1"));
    }

    /** A deleted record leaves nothing behind. */
    @Test
    default void shouldInsertAgainAfterADelete() {
        given(storage(), job("a", "v1"));
        applied(storage(), delete("a", "v1"));
        applied(storage(), check("a", null));

        applied(storage(), insert(job("a", "v2")));

        holdsOnly(storage(), job("a", "v2"));
    }

    /** The version of a former life is no version. */
    @Test
    default void shouldNotTakeAVersionOfBeforeADeleteAndReinsert() {
        given(storage(), job("a", "v1"));
        applied(storage(), delete("a", "v1"));
        applied(storage(), insert(job("a", "v2")));

        refused(storage(), update("v1", job("a", "v3")));
        refused(storage(), delete("a", "v1"));
        refused(storage(), check("a", "v1"), insert(job("b", "1")));
        applied(storage(), update("v2", job("a", "v3")));

        holdsOnly(storage(), job("a", "v3"));
    }

    /** A holder that was overtaken, and woke up again, can do no harm. */
    @Test
    default void shouldLetAZombieHolderNeitherWriteNorDeleteNorCheck() {
        given(storage(), job("lease", "zombie"));
        applied(storage(), update("zombie", job("lease", "successor")));

        refused(another(), update("zombie", job("lease", "zombie-writes")));
        refused(another(), delete("lease", "zombie"));
        refused(another(), check("lease", "zombie"), insert(job("report", "zombie")));
        refused(another(), insert(job("lease", "zombie-inserts")));

        holdsOnly(storage(), job("lease", "successor"));
    }

    /** Versions are compared character by character. */
    @Test
    default void shouldCompareVersionsExactly() {
        String longest = "v".repeat(99);
        given(storage(), job("a", "Version"), job("b", longest + "1"));

        for (String near :
                List.of("version", "VERSION", "Version ", " Version", "Versio", "Versionn", "V%", "_ersion")) {
            refused(storage(), update(near, job("a", "other")));
            refused(storage(), check("a", near));
        }
        refused(storage(), update(longest + "2", job("b", "other")));
        applied(storage(), update(longest + "1", job("b", longest + "2")));

        holdsOnly(storage(), job("a", "Version"), job("b", longest + "2"));
    }

    /** An id means a record within its kind. */
    @Test
    default void shouldKeepTheSameIdOfDifferentKindsApart() {
        List<StoredRecord> records = new ArrayList<>();
        for (RecordKind kind : RecordKind.values()) {
            records.add(record(new RecordKey(kind, "same"), "default", "of-" + kind, "Q", "0"));
            applied(storage(), insert(records.get(records.size() - 1)));
        }

        applied(storage(), update("of-JOB", job("same", "next")));
        refused(storage(), update("of-WORKER", job("same", "other")));

        records.replaceAll(record -> record.key().equals(key("same")) ? job("same", "next") : record);
        holdsOnly(storage(), records.toArray(StoredRecord[]::new));
    }

    /** A put writes the whole record. */
    @Test
    default void shouldReplaceEveryFieldOfARecord() {
        given(storage(), record(key("a"), "one", "v1", "Q", "0"));

        applied(storage(), update("v1", record(key("a"), "", "v2", "", "")));
        holdsOnly(storage(), record(key("a"), "", "v2", "", ""));

        applied(storage(), update("v2", record(key("a"), "two", "v3", "~", "~")));
        holdsOnly(storage(), record(key("a"), "two", "v3", "~", "~"));
    }

    /** The longest values that a record may have are kept, and differ by their last character. */
    @Test
    default void shouldKeepTheLongestValuesApart() {
        List<StoredRecord> records = new ArrayList<>();
        for (String last : List.of("A", "a", "b", "~")) {
            records.add(record(
                    key("i".repeat(249) + last),
                    "t".repeat(99) + last,
                    "v".repeat(99) + last,
                    "s".repeat(199) + last,
                    "k".repeat(99) + last));
        }

        given(storage(), records);

        holdsOnly(storage(), records.toArray(StoredRecord[]::new));
    }
}
