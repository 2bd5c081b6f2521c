package dev.gpupool.tck;

import static dev.gpupool.tck.Asserts.all;
import static dev.gpupool.tck.Asserts.applied;
import static dev.gpupool.tck.Asserts.given;
import static dev.gpupool.tck.Asserts.ids;
import static dev.gpupool.tck.Records.delete;
import static dev.gpupool.tck.Records.insert;
import static dev.gpupool.tck.Records.job;
import static dev.gpupool.tck.Records.key;
import static dev.gpupool.tck.Records.record;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.spi.storage.Cursor;
import dev.gpupool.spi.storage.Page;
import dev.gpupool.spi.storage.Query;
import dev.gpupool.spi.storage.RecordKind;
import dev.gpupool.spi.storage.StoredRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A scan goes on page by page, strictly after any place, and says when there is nothing more. */
public interface PagingTests extends StorageUnderTest {
    /** No record is missed or repeated at a page border, wherever the borders fall. */
    @Test
    default void shouldGiveEveryRecordOnceWhateverTheLimit() {
        List<StoredRecord> records = grid();
        given(storage(), records);

        for (int limit = 1; limit <= records.size() + 1; limit++) {
            assertThat(ids(all(storage(), new Query(RecordKind.JOB, null, "", null, limit))))
                    .as("limit %s", limit)
                    .isEqualTo(ids(records));
        }
    }

    /** A page is as long as its limit while there is more. */
    @Test
    default void shouldFillEachPageAndEndWithoutAnEmptyOne() {
        given(storage(), grid());

        Page first = storage().scan(new Query(RecordKind.JOB, null, "", null, 12));
        Page second = storage().scan(new Query(RecordKind.JOB, null, "", first.next(), 12));
        Page last = storage().scan(new Query(RecordKind.JOB, null, "", second.next(), 3));

        assertThat(first.records()).hasSize(12);
        assertThat(first.next()).isNotNull();
        assertThat(second.records()).hasSize(12);
        assertThat(second.next()).isNotNull();
        assertThat(last.records()).hasSize(3);
        assertThat(last.next()).as("the place to go on, at the end").isNull();
    }

    /** Filters and borders do not disturb each other. */
    @Test
    default void shouldPageWithinATenantAndAStatePrefix() {
        List<StoredRecord> records = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            String state = List.of("Qa", "Qb", "R").get(i % 3);
            records.add(record(key("id" + i), "tenant" + i % 4, "v", state, "" + i % 7));
        }
        given(storage(), records);
        List<String> wanted = ids(records.stream()
                .filter(record ->
                        record.tenant().equals("tenant1") && record.state().startsWith("Q"))
                .sorted(Comparator.comparing(StoredRecord::cursor))
                .toList());

        assertThat(wanted).hasSize(10);
        for (int limit = 1; limit <= 11; limit++) {
            assertThat(ids(all(storage(), new Query(RecordKind.JOB, "tenant1", "Q", null, limit))))
                    .as("limit %s", limit)
                    .isEqualTo(wanted);
        }
    }

    /** A place need not be that of a record. */
    @Test
    default void shouldGoOnAfterAnyPlace() {
        List<StoredRecord> records = grid();
        given(storage(), records);

        List<String> words = List.of("", " ", "A", "B", "Bb", "C", "b", "bb", "~");
        for (String state : words) {
            for (String sortKey : words) {
                for (String id : words) {
                    Cursor place = new Cursor(state, sortKey, id);
                    assertThat(ids(storage()
                                    .scan(Query.of(RecordKind.JOB, "").after(place))
                                    .records()))
                            .as("after %s", place)
                            .isEqualTo(ids(after(records, place, "")));
                }
            }
        }
    }

    /** A prefix and a place bound the scan together, also where they are far apart. */
    @Test
    default void shouldGoOnAfterAnyPlaceWithinAStatePrefix() {
        List<StoredRecord> records = grid();
        given(storage(), records);

        for (String prefix : List.of("A", "B", "Bb", "b", "C")) {
            for (String state : List.of("", "A", "B", "Ba", "Bb", "b", "bz", "~")) {
                for (Cursor place : List.of(new Cursor(state, "B", "b"), new Cursor(state, "~", "~"))) {
                    assertThat(ids(storage()
                                    .scan(Query.of(RecordKind.JOB, prefix).after(place))
                                    .records()))
                            .as("prefix %s after %s", prefix, place)
                            .isEqualTo(ids(after(records, place, prefix)));
                }
            }
        }
    }

    /** States are listed by skipping each with (state, "~", "~"). */
    @Test
    default void shouldSkipWholeStates() {
        List<StoredRecord> records = new ArrayList<>();
        for (String state : List.of("Q", "Q.", "Q.a", "Q.b~", "Qz", "R")) {
            for (int i = 0; i < 5; i++) {
                records.add(job(state + i, "v", state, "}~~" + i));
            }
        }
        given(storage(), records);

        List<String> states = new ArrayList<>();
        Query query = new Query(RecordKind.JOB, null, "Q", null, 1);
        Page page = storage().scan(query);
        while (!page.records().isEmpty()) {
            String state = page.records().get(0).state();
            states.add(state);
            assertThat(states).hasSizeLessThan(10);
            page = storage().scan(query.after(new Cursor(state, "~", "~")));
        }

        assertThat(states).containsExactly("Q", "Q.", "Q.a", "Q.b~", "Qz");
    }

    /** The place of a record that is gone meanwhile is a place all the same. */
    @Test
    default void shouldGoOnWhereARecordWas() {
        List<StoredRecord> records = grid();
        given(storage(), records);
        Page page = storage().scan(new Query(RecordKind.JOB, null, "", null, 9));
        StoredRecord last = page.records().get(8);

        applied(storage(), delete(last.key().id(), last.version()));
        applied(storage(), insert(job("new", "v", "~", "0")));

        Cursor place = Objects.requireNonNull(page.next());
        List<String> rest = ids(all(storage(), Query.of(RecordKind.JOB, "").after(place)));
        assertThat(rest.subList(0, rest.size() - 1)).isEqualTo(ids(records.subList(9, 27)));
        assertThat(rest).endsWith("new");
    }

    /** The largest page. */
    @Test
    default void shouldGiveAThousandRecordsAPage() {
        List<StoredRecord> records = new ArrayList<>();
        for (int i = 0; i < 1_100; i++) {
            records.add(job("id" + (10_000 + i), "v" + i, "Q", "same"));
        }
        given(storage(), records);

        Page page = storage().scan(Query.of(RecordKind.JOB, "Q"));

        assertThat(page.records()).hasSize(Query.MAX_LIMIT);
        assertThat(ids(all(storage(), Query.of(RecordKind.JOB, "Q")))).isEqualTo(ids(records));
    }

    private static List<StoredRecord> after(List<StoredRecord> records, Cursor place, String prefix) {
        return records.stream()
                .filter(record ->
                        record.state().startsWith(prefix) && record.cursor().compareTo(place) > 0)
                .toList();
    }

    /** 27 records in scan order: three states, three sort keys each, three ids each. */
    private static List<StoredRecord> grid() {
        List<StoredRecord> records = new ArrayList<>();
        for (String state : List.of("B", "Bb", "b")) {
            for (String sortKey : List.of("", "B", "b")) {
                for (String id : List.of("B", "Bb", "b")) {
                    records.add(job(id + "|" + state + "|" + sortKey, "v", state, sortKey));
                }
            }
        }
        records.sort(Comparator.comparing(StoredRecord::cursor));
        return records;
    }
}
