package dev.gpupool.tck;

import static dev.gpupool.tck.Asserts.applied;
import static dev.gpupool.tck.Asserts.given;
import static dev.gpupool.tck.Asserts.holdsOnly;
import static dev.gpupool.tck.Asserts.refused;
import static dev.gpupool.tck.Records.check;
import static dev.gpupool.tck.Records.delete;
import static dev.gpupool.tck.Records.insert;
import static dev.gpupool.tck.Records.job;
import static dev.gpupool.tck.Records.update;

import dev.gpupool.spi.storage.Changeset;
import dev.gpupool.spi.storage.Op;
import dev.gpupool.spi.storage.StoredRecord;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A changeset takes effect whole or not at all. Each kind of condition fails in turn: first, between, and last. */
public interface AtomicityTests extends StorageUnderTest {
    /** All kinds of operations take effect together. */
    @Test
    default void shouldApplyAPutADeleteAndChecksTogether() {
        given(storage(), job("a", "a1"), job("b", "b1"), job("c", "c1"));

        applied(
                storage(),
                check("a", "a1"),
                update("b1", job("b", "b2", "R", "1")),
                delete("c", "c1"),
                insert(job("d", "d1")),
                check("e", null));

        holdsOnly(storage(), job("a", "a1"), job("b", "b2", "R", "1"), job("d", "d1"));
    }

    /** An insert finds a record. */
    @Test
    default void shouldApplyNothingWhenAnInsertFindsARecord() {
        refusesWhole(insert(job("x", "x2")));
    }

    /** A put finds another version. */
    @Test
    default void shouldApplyNothingWhenAPutFindsAnotherVersion() {
        refusesWhole(update("x0", job("x", "x2")));
    }

    /** A put finds no record. */
    @Test
    default void shouldApplyNothingWhenAPutFindsNoRecord() {
        refusesWhole(update("y1", job("y", "y2")));
    }

    /** A delete finds another version. */
    @Test
    default void shouldApplyNothingWhenADeleteFindsAnotherVersion() {
        refusesWhole(delete("x", "x0"));
    }

    /** A delete finds no record. */
    @Test
    default void shouldApplyNothingWhenADeleteFindsNoRecord() {
        refusesWhole(delete("y", "y1"));
    }

    /** A check finds another version. */
    @Test
    default void shouldApplyNothingWhenACheckFindsAnotherVersion() {
        refusesWhole(check("x", "x0"));
    }

    /** A check finds no record. */
    @Test
    default void shouldApplyNothingWhenACheckFindsNoRecord() {
        refusesWhole(check("y", "y1"));
    }

    /** A check of absence finds a record. */
    @Test
    default void shouldApplyNothingWhenACheckOfAbsenceFindsARecord() {
        refusesWhole(check("x", null));
    }

    /** The largest changeset takes effect. */
    @Test
    default void shouldApplyThirtyTwoOperationsTogether() {
        List<Op> ops = new ArrayList<>();
        List<StoredRecord> records = new ArrayList<>();
        for (int i = 0; i < Changeset.MAX_OPS; i++) {
            records.add(job("job" + i, "v" + i, "state" + i % 3, "" + i));
            ops.add(insert(records.get(i)));
        }

        applied(storage(), ops.toArray(Op[]::new));

        holdsOnly(storage(), records.toArray(StoredRecord[]::new));
    }

    /** The last of the most operations fails. */
    @Test
    default void shouldApplyNothingOfThirtyTwoOperationsWhenTheLastFails() {
        List<Op> ops = new ArrayList<>();
        for (int i = 1; i < Changeset.MAX_OPS; i++) {
            ops.add(insert(job("job" + i, "v" + i)));
        }
        ops.add(check("missing", "v"));

        refused(storage(), ops.toArray(Op[]::new));

        holdsOnly(storage());
    }

    /** Checks alone are a changeset too. */
    @Test
    default void shouldDecideAChangesetOfChecksAndWriteNothing() {
        given(storage(), job("a", "a1"));

        applied(storage(), check("a", "a1"), check("b", null));
        refused(storage(), check("a", "a1"), check("b", "b1"));

        holdsOnly(storage(), job("a", "a1"));
    }

    /**
     * Asserts that an operation which fails keeps four others from taking effect, wherever it stands among them.
     *
     * @param failing about record x, which has version x1, or y, which does not exist
     */
    private void refusesWhole(Op failing) {
        StoredRecord[] before = {job("a", "a1"), job("b", "b1"), job("d", "d1"), job("x", "x1")};
        given(storage(), before);
        List<Op> sound = List.of(
                update("a1", job("a", "a2", "R", "9")), insert(job("c", "c1")), delete("b", "b1"), check("d", "d1"));
        for (int place = 0; place <= sound.size(); place++) {
            List<Op> ops = new ArrayList<>(sound);
            ops.add(place, failing);

            refused(storage(), ops.toArray(Op[]::new));

            holdsOnly(storage(), before);
        }
    }
}
