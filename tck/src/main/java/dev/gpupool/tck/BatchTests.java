package dev.gpupool.tck;

import static dev.gpupool.spi.storage.CommitResult.APPLIED;
import static dev.gpupool.spi.storage.CommitResult.CONFLICT;
import static dev.gpupool.tck.Asserts.all;
import static dev.gpupool.tck.Asserts.given;
import static dev.gpupool.tck.Asserts.holdsOnly;
import static dev.gpupool.tck.Records.changeset;
import static dev.gpupool.tck.Records.check;
import static dev.gpupool.tck.Records.delete;
import static dev.gpupool.tck.Records.insert;
import static dev.gpupool.tck.Records.job;
import static dev.gpupool.tck.Records.key;
import static dev.gpupool.tck.Records.update;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.spi.storage.Changeset;
import dev.gpupool.spi.storage.CommitResult;
import dev.gpupool.spi.storage.Op;
import dev.gpupool.spi.storage.Query;
import dev.gpupool.spi.storage.RecordKind;
import dev.gpupool.spi.storage.StoredRecord;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Changesets of a batch are applied in order, each for itself; a refusal spreads along versions and no other way. */
public interface BatchTests extends StorageUnderTest {
    /** Nothing to do. */
    @Test
    default void shouldAnswerNothingToAnEmptyBatch() {
        given(storage(), job("a", "v1"));

        assertThat(storage().commitAll(List.of())).isEmpty();

        holdsOnly(storage(), job("a", "v1"));
    }

    /** The results stand in the order of the changesets. */
    @Test
    default void shouldAnswerInOrder() {
        given(storage(), job("a", "v1"), job("b", "v1"));

        answers(
                List.of(
                        changeset(update("v0", job("a", "v2"))),
                        changeset(insert(job("c", "v1"))),
                        changeset(insert(job("a", "v2"))),
                        changeset(delete("b", "v1"))),
                CONFLICT,
                APPLIED,
                CONFLICT,
                APPLIED);

        holdsOnly(storage(), job("a", "v1"), job("c", "v1"));
    }

    /** A refused changeset keeps none from being applied that does not build on it. */
    @Test
    default void shouldNotHoldBackOthersForARefusedChangeset() {
        given(storage(), job("a", "v1"), job("b", "v1"), job("c", "v1"));

        answers(
                List.of(
                        changeset(check("c", "v1"), update("v0", job("a", "refused"))),
                        changeset(check("c", "v1"), update("v1", job("a", "v2"))),
                        changeset(check("c", "v1"), update("v1", job("b", "v2"))),
                        changeset(update("v1", job("c", "v2")))),
                CONFLICT,
                APPLIED,
                APPLIED,
                APPLIED);

        holdsOnly(storage(), job("a", "v2"), job("b", "v2"), job("c", "v2"));
    }

    /** A later changeset sees what an earlier one wrote: one life of a record in one batch. */
    @Test
    default void shouldLetLaterChangesetsBuildOnEarlierOnes() {
        answers(
                List.of(
                        changeset(insert(job("a", "v1"))),
                        changeset(check("a", "v1"), insert(job("b", "v1"))),
                        changeset(update("v1", job("a", "v2"))),
                        changeset(delete("a", "v2"), update("v1", job("b", "v2"))),
                        changeset(check("a", null)),
                        changeset(insert(job("a", "v3")))),
                APPLIED,
                APPLIED,
                APPLIED,
                APPLIED,
                APPLIED,
                APPLIED);

        holdsOnly(storage(), job("a", "v3"), job("b", "v2"));
    }

    /** What an earlier changeset of the batch replaced is no version any more. */
    @Test
    default void shouldRefuseALaterChangesetThatExpectsAReplacedVersion() {
        given(storage(), job("a", "v1"), job("b", "v1"));

        answers(
                List.of(
                        changeset(update("v1", job("a", "v2")), delete("b", "v1")),
                        changeset(update("v1", job("a", "late"))),
                        changeset(check("a", "v1"), insert(job("c", "late"))),
                        changeset(delete("b", "v1")),
                        changeset(update("v1", job("b", "late")))),
                APPLIED,
                CONFLICT,
                CONFLICT,
                CONFLICT,
                CONFLICT);

        holdsOnly(storage(), job("a", "v2"));
    }

    /** Whoever expects a version that was refused is refused, by put, delete or check, at any distance. */
    @Test
    default void shouldSpreadARefusalAlongTheChain() {
        given(storage(), job("a", "v1"), job("b", "v1"), job("c", "v1"));

        answers(
                List.of(
                        changeset(update("other", job("a", "v2"))),
                        changeset(update("v2", job("a", "v3"))),
                        changeset(check("a", "v2"), update("v1", job("b", "v2"))),
                        changeset(update("v2", job("b", "v3")), insert(job("d", "v1"))),
                        changeset(delete("d", "v1")),
                        changeset(delete("a", "v3")),
                        changeset(update("v1", job("c", "v2")))),
                CONFLICT,
                CONFLICT,
                CONFLICT,
                CONFLICT,
                CONFLICT,
                CONFLICT,
                APPLIED);

        holdsOnly(storage(), job("a", "v1"), job("b", "v1"), job("c", "v2"));
    }

    /** A refused changeset leaves its records as they were for those that come after it. */
    @Test
    default void shouldSpreadARefusalNoFurtherThanTheChain() {
        given(storage(), job("a", "v1"), job("b", "v1"));

        answers(
                List.of(
                        changeset(update("v1", job("a", "refused")), update("other", job("b", "refused"))),
                        changeset(check("a", "v1"), check("b", "v1"), insert(job("c", "v1"))),
                        changeset(update("v1", job("a", "v2"))),
                        changeset(update("v2", job("a", "v3")), delete("b", "v1")),
                        changeset(insert(job("b", "v9")))),
                CONFLICT,
                APPLIED,
                APPLIED,
                APPLIED,
                APPLIED);

        holdsOnly(storage(), job("a", "v3"), job("b", "v9"), job("c", "v1"));
    }

    /** Whole or not at all holds for each changeset of a batch. */
    @Test
    default void shouldKeepEachChangesetOfABatchWhole() {
        given(storage(), job("a", "v1"));

        answers(
                List.of(
                        changeset(insert(job("b", "v1")), update("v1", job("a", "v2")), check("x", "v1")),
                        changeset(delete("a", "v1"), insert(job("c", "v1")), delete("x", "v1"))),
                CONFLICT,
                CONFLICT);

        holdsOnly(storage(), job("a", "v1"));
    }

    /** The largest batch. */
    @Test
    default void shouldApplyAThousandChangesetsOfThreeOperations() {
        List<Changeset> batch = new ArrayList<>();
        for (int i = 0; i < Changeset.MAX_BATCH; i++) {
            batch.add(changeset(
                    insert(job("a" + i, "v" + i)), insert(job("b" + i, "v" + i, "R", "" + i)), check("c" + i, null)));
        }

        assertThat(storage().commitAll(batch)).isEqualTo(Collections.nCopies(Changeset.MAX_BATCH, APPLIED));

        assertThat(all(storage(), Query.of(RecordKind.JOB, "Q"))).hasSize(Changeset.MAX_BATCH);
        assertThat(all(storage(), Query.of(RecordKind.JOB, "R"))).hasSize(Changeset.MAX_BATCH);
    }

    /** The largest batch, with refusals everywhere in it. */
    @Test
    default void shouldRefuseExactlyTheThirdOfAThousandChangesets() {
        List<Changeset> batch = new ArrayList<>();
        List<CommitResult> wanted = new ArrayList<>();
        for (int i = 0; i < Changeset.MAX_BATCH; i++) {
            batch.add(changeset(insert(job("a" + i, "v" + i)), check("a" + (i + 1), i % 3 == 2 ? "none" : null)));
            wanted.add(i % 3 == 2 ? CONFLICT : APPLIED);
        }

        assertThat(storage().commitAll(batch)).isEqualTo(wanted);

        assertThat(all(storage(), Query.of(RecordKind.JOB, ""))).hasSize(Collections.frequency(wanted, APPLIED));
    }

    /** The longest chain. */
    @Test
    default void shouldApplyAThousandChangesetsToOneRecord() {
        List<Changeset> batch = new ArrayList<>();
        batch.add(changeset(insert(job("a", "v0"))));
        for (int i = 1; i < Changeset.MAX_BATCH; i++) {
            batch.add(changeset(update("v" + (i - 1), job("a", "v" + i, "Q", "" + i))));
        }

        assertThat(storage().commitAll(batch)).isEqualTo(Collections.nCopies(Changeset.MAX_BATCH, APPLIED));

        holdsOnly(storage(), job("a", "v999", "Q", "999"));
    }

    /** 40 batches over 7 records, with right and wrong expectations, are decided as a simple model decides them. */
    @Test
    default void shouldDecideBatchesLikeTheModel() {
        Dice dice = new Dice(20_260_101);
        Model model = new Model();
        int version = 0;
        for (int round = 0; round < 40; round++) {
            List<Changeset> batch = new ArrayList<>();
            List<CommitResult> wanted = new ArrayList<>();
            for (int i = 0; i < 25; i++) {
                Changeset changeset = BatchTests.anyChangeset(dice, model, version);
                version += Changeset.MAX_OPS;
                batch.add(changeset);
                wanted.add(model.commit(changeset));
            }

            assertThat(storage().commitAll(batch))
                    .as("batch %s: %s", round, batch)
                    .isEqualTo(wanted);

            assertThat(wanted).contains(APPLIED);
            holdsOnly(storage(), model.records());
        }
    }

    private static Changeset anyChangeset(Dice dice, Model model, int version) {
        List<String> ids = dice.shuffled(List.of("a", "b", "c", "d", "e", "f", "g"));
        List<Op> ops = new ArrayList<>();
        for (int i = dice.below(4); i >= 0; i--) {
            String id = ids.get(i);
            String stored = model.version(key(id));
            String expected = dice.oneIn(12) ? "v" + dice.below(version + 1) : stored;
            ops.add(anyOp(dice, id, expected, "v" + (version + i)));
        }
        return new Changeset(ops);
    }

    private static Op anyOp(Dice dice, String id, @Nullable String expected, String version) {
        StoredRecord record = job(id, version, "state" + dice.below(3), "" + dice.below(10));
        if (dice.oneIn(3)) {
            return check(id, expected);
        }
        return expected != null && dice.oneIn(3) ? delete(id, expected) : new Op.Put(expected, record);
    }

    private void answers(List<Changeset> batch, CommitResult... wanted) {
        assertThat(storage().commitAll(batch)).containsExactly(wanted);
    }
}
