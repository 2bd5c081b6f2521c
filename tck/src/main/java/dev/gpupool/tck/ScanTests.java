package dev.gpupool.tck;

import static dev.gpupool.tck.Asserts.all;
import static dev.gpupool.tck.Asserts.applied;
import static dev.gpupool.tck.Asserts.given;
import static dev.gpupool.tck.Asserts.ids;
import static dev.gpupool.tck.Records.delete;
import static dev.gpupool.tck.Records.job;
import static dev.gpupool.tck.Records.key;
import static dev.gpupool.tck.Records.record;
import static dev.gpupool.tck.Records.update;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.spi.storage.Page;
import dev.gpupool.spi.storage.Query;
import dev.gpupool.spi.storage.RecordKey;
import dev.gpupool.spi.storage.RecordKind;
import dev.gpupool.spi.storage.StoredRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** All scans are by state, sort key and id, compared as ASCII bytes, and give exactly what matches. */
public interface ScanTests extends StorageUnderTest {
    /** No record, no page. */
    @Test
    default void shouldScanNothingInAnEmptyStorage() {
        assertThat(storage().scan(Query.of(RecordKind.JOB, ""))).isEqualTo(new Page(List.of(), null));
    }

    /** The state is compared first. */
    @Test
    default void shouldOrderByStateAsAsciiBytes() {
        ordered(word -> job("id", "v", word, "0"));
    }

    /** The sort key is compared second. */
    @Test
    default void shouldOrderBySortKeyAsAsciiBytesWithinAState() {
        ordered(word -> job("id", "v", "Q", word));
    }

    /** The id is compared last. */
    @Test
    default void shouldOrderByIdAsAsciiBytesWithinASortKey() {
        ordered(word -> job(word, "v", "Q", "0"));
    }

    /** Columns are compared one after the other, not as one text. */
    @Test
    default void shouldCompareColumnByColumn() {
        given(
                storage(),
                job("5", "v", "ab", ""),
                job("1", "v", "a", "~"),
                job("4", "v", "a ", "z"),
                job("2", "v", "a", "b"),
                job("20", "v", "a", "b"),
                job("3", "v", "a", "b "),
                job("0", "v", "", "zzz"));

        assertThat(ids(all(storage(), Query.of(RecordKind.JOB, ""))))
                .containsExactly("0", "2", "20", "3", "1", "4", "5");
    }

    /** Every printable character is sorted by its code. */
    @Test
    default void shouldOrderEveryPrintableCharacterByItsCode() {
        List<StoredRecord> records = new ArrayList<>();
        for (char c = 0x20; c <= 0x7e; c++) {
            records.add(job("id" + c, "v" + (int) c, "s" + c, "0"));
        }
        given(storage(), new Dice(7).shuffled(records));

        assertThat(ids(all(storage(), Query.of(RecordKind.JOB, "s")))).isEqualTo(ids(records));
    }

    /** A prefix is no pattern: wildcards of whatever language stand for themselves. */
    @Test
    default void shouldTakeAStatePrefixAsItIs() {
        List<String> states = List.of(
                "a", "a_", "a_b", "a%", "a%b", "ab", "abb", "a\\", "a\\_", "a*", "a?", "a.", "a[b", "a'", "A", "A_b",
                "_", "%", "", " a", "b", "~", "~~");
        List<StoredRecord> records = new ArrayList<>();
        for (String state : states) {
            records.add(job("of:" + state, "v", state, "0"));
        }
        given(storage(), records);

        for (String prefix : states) {
            List<String> matching = states.stream()
                    .filter(state -> state.startsWith(prefix))
                    .sorted()
                    .map(state -> "of:" + state)
                    .toList();
            assertThat(ids(all(storage(), Query.of(RecordKind.JOB, prefix))))
                    .as("prefix \"%s\"", prefix)
                    .isEqualTo(matching);
        }
        assertThat(storage().scan(Query.of(RecordKind.JOB, "abbb")).records()).isEmpty();
    }

    /** A tenant sees its own records only. */
    @Test
    default void shouldGiveATenantExactlyItsOwnRecords() {
        List<String> tenants = List.of("acme", "Acme", "acme2", "acm", "acme ", "a%", "", "default");
        List<StoredRecord> records = new ArrayList<>();
        for (String tenant : tenants) {
            records.add(record(key("1 of " + tenant), tenant, "v", "Q", "0"));
            records.add(record(key("2 of " + tenant), tenant, "v", "R", "0"));
        }
        given(storage(), records);

        for (String tenant : tenants) {
            assertThat(ids(all(storage(), new Query(RecordKind.JOB, tenant, "", null, 1_000))))
                    .containsExactly("1 of " + tenant, "2 of " + tenant);
            assertThat(ids(all(storage(), new Query(RecordKind.JOB, tenant, "R", null, 1_000))))
                    .containsExactly("2 of " + tenant);
        }
        assertThat(all(storage(), Query.of(RecordKind.JOB, ""))).hasSize(records.size());
        assertThat(all(storage(), new Query(RecordKind.JOB, "nobody", "", null, 1_000)))
                .isEmpty();
    }

    /** A kind is scanned by itself. */
    @Test
    default void shouldScanOneKind() {
        for (RecordKind kind : RecordKind.values()) {
            given(storage(), record(new RecordKey(kind, "of " + kind), "default", "v", "Q", "0"));
        }

        for (RecordKind kind : RecordKind.values()) {
            assertThat(ids(all(storage(), Query.of(kind, "")))).containsExactly("of " + kind);
        }
    }

    /** A record stands where its newest version puts it, and nowhere else. */
    @Test
    default void shouldMoveARecordWithItsStateAndSortKey() {
        given(storage(), job("a", "v1", "Q", "5"), job("b", "v1", "Q", "6"), job("c", "v1", "R", "1"));

        applied(storage(), update("v1", job("a", "v2", "Q", "7")));
        assertThat(ids(all(storage(), Query.of(RecordKind.JOB, "")))).containsExactly("b", "a", "c");

        applied(storage(), update("v2", job("a", "v3", "R", "0")));
        assertThat(ids(all(storage(), Query.of(RecordKind.JOB, "Q")))).containsExactly("b");
        assertThat(ids(all(storage(), Query.of(RecordKind.JOB, "R")))).containsExactly("a", "c");

        applied(storage(), delete("a", "v3"));
        assertThat(ids(all(storage(), Query.of(RecordKind.JOB, "")))).containsExactly("b", "c");
    }

    /** A scan gives whole records. */
    @Test
    default void shouldGiveWholeRecords() {
        StoredRecord record = record(key("a"), "acme", "v1", "Q", "7");
        given(storage(), record);

        assertThat(Asserts.shown(storage().scan(Query.of(RecordKind.JOB, "Q")).records()))
                .isEqualTo(Asserts.shown(List.of(record)));
    }

    /**
     * Asserts the order of records that are made of words which other orders than ASCII would sort otherwise.
     *
     * @param made a record of a word; its id may be the same for all
     */
    private void ordered(Function<String, StoredRecord> made) {
        List<String> words = List.of(
                "b", "B", "a", "A", "a b", "ab", "a-b", "a_b", "aB", "Ab", "10", "9", "09", "a", "~", "{", "|", "^",
                "[", "@", "_", "`", "Z", "z", "!", "#", "a.b", "a/b", "a'b", "a%b", "a\\b", "zz", "Zz", "-1", "+1",
                "aa", "a ");
        List<StoredRecord> records = new ArrayList<>();
        for (String word : words.stream().distinct().toList()) {
            StoredRecord record = made.apply(word);
            RecordKey key = record.key().id().equals(word) ? record.key() : key("id of " + word);
            records.add(record(key, "default", "v", record.state(), record.sortKey()));
        }
        given(storage(), records);

        records.sort(Comparator.comparing(StoredRecord::cursor));
        assertThat(ids(all(storage(), Query.of(RecordKind.JOB, "")))).isEqualTo(ids(records));
    }
}
