package dev.gpupool.tck;

import static dev.gpupool.tck.Asserts.all;
import static dev.gpupool.tck.Asserts.applied;
import static dev.gpupool.tck.Asserts.given;
import static dev.gpupool.tck.Asserts.holdsOnly;
import static dev.gpupool.tck.Asserts.ids;
import static dev.gpupool.tck.Asserts.refused;
import static dev.gpupool.tck.Records.changeset;
import static dev.gpupool.tck.Records.check;
import static dev.gpupool.tck.Records.delete;
import static dev.gpupool.tck.Records.insert;
import static dev.gpupool.tck.Records.job;
import static dev.gpupool.tck.Records.keys;
import static dev.gpupool.tck.Records.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.gpupool.spi.storage.PoolStorage;
import dev.gpupool.spi.storage.Query;
import dev.gpupool.spi.storage.RecordKind;
import dev.gpupool.spi.storage.StoredRecord;
import dev.gpupool.spi.storage.Watch;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What one handle applied, all see at once; a closed one is closed. */
public interface HandleTests extends StorageUnderTest {
    /** A find or scan that begins after APPLIED sees the effect, whatever was read before. */
    @Test
    default void shouldShowAtOnceWhatAnotherHandleApplied() {
        PoolStorage other = another();
        given(storage(), job("a", "v0"));
        for (int i = 0; i < 50; i++) {
            // Several writes in a row, or a cache that is cleared by its own host's writes would not be noticed.
            PoolStorage writer = i / 3 % 2 == 0 ? storage() : other;
            StoredRecord next = job("a", "v" + (i + 1), "state" + i % 5, "" + i);

            applied(writer, update("v" + i, next));

            holdsOnly(storage(), next);
            holdsOnly(other, next);
        }
    }

    /** New and deleted records are seen too. */
    @Test
    default void shouldShowAtOnceWhatAnotherHandleInsertedAndDeleted() {
        PoolStorage other = another();
        assertThat(all(other, Query.of(RecordKind.JOB, ""))).isEmpty();

        applied(storage(), insert(job("a", "v1")));
        assertThat(ids(all(other, Query.of(RecordKind.JOB, "")))).containsExactly("a");

        applied(other, delete("a", "v1"));
        assertThat(all(storage(), Query.of(RecordKind.JOB, ""))).isEmpty();
        assertThat(storage().find(keys("a"))).isEmpty();
    }

    /** Conditions hold against what other handles applied. */
    @Test
    default void shouldDecideByWhatAnotherHandleApplied() {
        PoolStorage other = another();
        given(storage(), job("a", "v1"));
        applied(other, update("v1", job("a", "v2")));

        refused(storage(), update("v1", job("a", "v3")));
        refused(storage(), check("a", "v1"), insert(job("b", "v1")));
        applied(storage(), update("v2", job("a", "v3")));

        holdsOnly(other, job("a", "v3"));
    }

    /** A closed handle answers nothing. */
    @Test
    default void shouldRefuseEverythingOnceClosed() {
        given(storage(), job("a", "v1"));

        storage().close();

        assertThatIllegalStateException().isThrownBy(() -> storage().find(keys("a")));
        assertThatIllegalStateException().isThrownBy(() -> storage().scan(Query.of(RecordKind.JOB, "")));
        assertThatIllegalStateException().isThrownBy(() -> storage().commit(changeset(update("v1", job("a", "v2")))));
        assertThatIllegalStateException()
                .isThrownBy(() -> storage().commitAll(List.of(changeset(update("v1", job("a", "v2"))))));
    }

    /** To close twice is to close once. */
    @Test
    default void shouldDoNothingWhenClosedASecondTime() {
        storage().close();
        storage().close();

        assertThatIllegalStateException().isThrownBy(() -> storage().find(keys("a")));
    }

    /** Hints may fail, but nothing fails for them. */
    @Test
    default void shouldNotLetAListenerDisturbACommit() {
        Watch failing = storage().watch(key -> {
            throw new IllegalStateException("a listener that fails, for the test");
        });
        Watch another = storage().watch(key -> {});

        applied(storage(), insert(job("a", "v1")));
        assertThat(storage().commitAll(List.of(changeset(update("v1", job("a", "v2"))))))
                .hasSize(1);

        another.close();
        another.close();
        failing.close();
        applied(storage(), update("v2", job("a", "v3")));
        holdsOnly(storage(), job("a", "v3"));
    }
}
