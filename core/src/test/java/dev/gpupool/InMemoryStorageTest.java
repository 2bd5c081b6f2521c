package dev.gpupool;

import static dev.gpupool.spi.storage.CommitResult.APPLIED;
import static dev.gpupool.spi.storage.CommitResult.CONFLICT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gpupool.spi.storage.Changeset;
import dev.gpupool.spi.storage.Op;
import dev.gpupool.spi.storage.Query;
import dev.gpupool.spi.storage.RecordBody;
import dev.gpupool.spi.storage.RecordKey;
import dev.gpupool.spi.storage.RecordKind;
import dev.gpupool.spi.storage.StorageFull;
import dev.gpupool.spi.storage.StoredRecord;
import dev.gpupool.spi.storage.Watch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class InMemoryStorageTest {
    private static final RecordBody NEVER_ENCODED = () -> {
        throw new AssertionError("the body was encoded");
    };

    private final InMemoryStorage storage = InMemoryStorage.create(4);

    @Test
    void shouldKeepTheBodyObjectAndNeverEncodeIt() {
        storage.commit(insert(job("a", "v1", "Q", "1")));

        assertThat(storage.find(keys("a")).get(0).body()).isSameAs(NEVER_ENCODED);
        assertThat(storage.scan(Query.of(RecordKind.JOB, "")).records().get(0).body())
                .isSameAs(NEVER_ENCODED);
    }

    @Test
    void shouldEvictTheRecordThatEndedFirstWhenANewOneNeedsRoom() {
        fill("Q", "Zfailed", "Zdone", "Zfailed");

        assertThat(storage.commit(insert(job("new", "v", "Q", "9")))).isEqualTo(APPLIED);

        assertThat(ids()).containsExactlyInAnyOrder("0", "2", "3", "new");
    }

    @Test
    void shouldEvictOverAllKinds() {
        storage.commit(insert(record(RecordKind.SESSION, "old", "Zended", "1")));
        fillFrom(1, "Zdone", "Q", "Q");

        storage.commit(insert(job("new", "v", "Q", "9")));

        assertThat(storage.scan(Query.of(RecordKind.SESSION, "")).records()).isEmpty();
        assertThat(ids()).containsExactlyInAnyOrder("1", "2", "3", "new");
    }

    @Test
    void shouldRefuseANewRecordWhenNothingIsFinishedAndSayHowToRaiseTheLimit() {
        fill("Q", "R", "Q", "Q");

        assertThatThrownBy(() -> storage.commit(insert(job("new", "v", "Q", "9"))))
                .isInstanceOf(StorageFull.class)
                .hasMessageContaining("at most 4 records")
                .hasMessageContaining("InMemoryStorage.create(maxRecords)");
        assertThat(ids()).containsExactlyInAnyOrder("0", "1", "2", "3");
    }

    @Test
    void shouldTakeEveryChangesetThatAddsNoRecordWhenFull() {
        fill("Q", "R", "Q", "Q");

        assertThat(storage.commit(new Changeset(List.of(new Op.Put("v1", job("1", "v2", "Zdone", "8"))))))
                .isEqualTo(APPLIED);
        assertThat(storage.commit(new Changeset(
                        List.of(new Op.Delete(key("0"), "v0"), new Op.Put(null, job("new", "v", "Q", "9"))))))
                .isEqualTo(APPLIED);
        assertThat(ids()).containsExactlyInAnyOrder("1", "2", "3", "new");
    }

    @Test
    void shouldReportAConflictRatherThanFullness() {
        fill("Q", "R", "Q", "Q");

        assertThat(storage.commit(insert(job("0", "other", "Q", "9")))).isEqualTo(CONFLICT);
    }

    @Test
    void shouldApplyNothingOfABatchThatDoesNotFit() {
        fill("Q", "Zdone", "Q", "Q");
        List<StoredRecord> before = all();

        assertThatThrownBy(() -> storage.commitAll(List.of(
                        new Changeset(List.of(new Op.Put("v0", job("0", "w0", "R", "7")))),
                        new Changeset(List.of(new Op.Delete(key("2"), "v2"))),
                        insert(job("new1", "v", "Q", "9")),
                        insert(job("new2", "v", "Q", "9")),
                        insert(job("new3", "v", "Q", "9")))))
                .isInstanceOf(StorageFull.class);

        assertThat(all()).isEqualTo(before);
    }

    @Test
    void shouldApplyABatchThatFitsOnceItsRefusedChangesetsAreLeftOut() {
        fill("Q", "Zdone", "Q", "Q");

        assertThat(storage.commitAll(List.of(
                        insert(job("0", "v", "Q", "9")),
                        insert(job("2", "v", "Q", "9")),
                        insert(job("new", "v", "Q", "9")))))
                .containsExactly(CONFLICT, CONFLICT, APPLIED);
        assertThat(ids()).containsExactlyInAnyOrder("0", "2", "3", "new");
    }

    @Test
    void shouldNotEvictWhatTheBatchNames() {
        fill("Q", "Zdone", "Zdone", "Q");

        assertThat(storage.commitAll(List.of(
                        insert(job("new", "v", "Q", "9")),
                        new Changeset(
                                List.of(new Op.Check(key("1"), "v1"), new Op.Put("v0", job("0", "w", "R", "0")))))))
                .containsExactly(APPLIED, APPLIED);
        assertThat(ids()).containsExactlyInAnyOrder("0", "1", "3", "new");
    }

    @Test
    void shouldHintEveryChangeOutsideItsLockAndContainFailuresOfListeners() {
        List<String> heard = new ArrayList<>();
        storage.watch(key -> {
            throw new IllegalStateException("a bad listener");
        });
        Watch watch = storage.watch(key -> heard.add(
                key + " of " + storage.find(new TreeSet<>(List.of(key))).size()));

        storage.commit(insert(job("a", "v1", "Q", "1")));
        storage.commit(insert(job("a", "v2", "Q", "1")));
        storage.commitAll(List.of(new Changeset(List.of(new Op.Delete(key("a"), "v1")))));
        watch.close();
        watch.close();
        storage.commit(insert(job("b", "v1", "Q", "1")));

        assertThat(heard).containsExactly("JOB/a of 1", "JOB/a of 0");
    }

    @Test
    void shouldHintEvictions() {
        fill("Q", "Zdone", "Q", "Q");
        List<RecordKey> heard = new ArrayList<>();
        storage.watch(heard::add);

        storage.commit(insert(job("new", "v", "Q", "9")));

        assertThat(heard).containsExactlyInAnyOrder(key("1"), key("new"));
    }

    @Test
    void shouldRefuseALimitBelowOne() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> InMemoryStorage.create(0))
                .withMessageContaining("maxRecords must be between 1");
    }

    @Test
    void shouldRefuseEverythingButCloseWhenClosed() {
        storage.close();
        storage.close();

        assertThatThrownBy(() -> storage.find(keys("a"))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> storage.scan(Query.of(RecordKind.JOB, ""))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> storage.commitAll(List.of())).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> storage.watch(key -> {})).isInstanceOf(IllegalStateException.class);
    }

    /** Records 0, 1, 2, … with these states; the sort key is the number. */
    private void fill(String... states) {
        fillFrom(0, states);
    }

    private void fillFrom(int first, String... states) {
        for (int i = 0; i < states.length; i++) {
            String number = Integer.toString(first + i);
            assertThat(storage.commit(insert(job(number, "v" + number, states[i], number))))
                    .isEqualTo(APPLIED);
        }
    }

    private List<StoredRecord> all() {
        return storage.scan(Query.of(RecordKind.JOB, "")).records();
    }

    private List<String> ids() {
        return all().stream().map(record -> record.key().id()).toList();
    }

    private static Changeset insert(StoredRecord record) {
        return new Changeset(List.of(new Op.Put(null, record)));
    }

    private static StoredRecord job(String id, String version, String state, String sortKey) {
        return new StoredRecord(key(id), "default", version, state, sortKey, NEVER_ENCODED);
    }

    private static StoredRecord record(RecordKind kind, String id, String state, String sortKey) {
        return new StoredRecord(new RecordKey(kind, id), "default", "v", state, sortKey, NEVER_ENCODED);
    }

    private static RecordKey key(String id) {
        return new RecordKey(RecordKind.JOB, id);
    }

    private static Set<RecordKey> keys(String... ids) {
        return new TreeSet<>(Arrays.stream(ids).map(InMemoryStorageTest::key).toList());
    }
}
