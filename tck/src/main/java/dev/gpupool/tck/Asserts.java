package dev.gpupool.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.spi.storage.Changeset;
import dev.gpupool.spi.storage.CommitResult;
import dev.gpupool.spi.storage.Cursor;
import dev.gpupool.spi.storage.Op;
import dev.gpupool.spi.storage.Page;
import dev.gpupool.spi.storage.PoolStorage;
import dev.gpupool.spi.storage.Query;
import dev.gpupool.spi.storage.RecordKind;
import dev.gpupool.spi.storage.StoredRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/** What the tests say of a storage again and again. */
final class Asserts {
    private Asserts() {}

    /** Commits what must be applied. */
    static void applied(PoolStorage storage, Op... ops) {
        assertThat(storage.commit(new Changeset(List.of(ops)))).isEqualTo(CommitResult.APPLIED);
    }

    /** Commits what must be refused. */
    static void refused(PoolStorage storage, Op... ops) {
        assertThat(storage.commit(new Changeset(List.of(ops)))).isEqualTo(CommitResult.CONFLICT);
    }

    /** Inserts the records, 1,000 changesets at a time. */
    static void given(PoolStorage storage, List<StoredRecord> records) {
        for (int from = 0; from < records.size(); from += Changeset.MAX_BATCH) {
            List<Changeset> batch = records.subList(from, Math.min(records.size(), from + Changeset.MAX_BATCH)).stream()
                    .map(record -> Records.changeset(Records.insert(record)))
                    .toList();
            assertThat(storage.commitAll(batch)).hasSameSizeAs(batch).containsOnly(CommitResult.APPLIED);
        }
    }

    static void given(PoolStorage storage, StoredRecord... records) {
        given(storage, Arrays.asList(records));
    }

    /** The records of all kinds are these, by scan and by find. */
    static void holdsOnly(PoolStorage storage, StoredRecord... records) {
        List<StoredRecord> wanted = Arrays.stream(records)
                .sorted(Comparator.comparing(
                                (StoredRecord record) -> record.key().kind())
                        .thenComparing(StoredRecord::cursor))
                .toList();
        List<StoredRecord> scanned = new ArrayList<>();
        for (RecordKind kind : RecordKind.values()) {
            scanned.addAll(all(storage, Query.of(kind, "")));
        }
        assertThat(shown(scanned)).isEqualTo(shown(wanted));
        TreeMap<String, Object> found = new TreeMap<>();
        storage.find(new TreeSet<>(wanted.stream().map(StoredRecord::key).toList()))
                .forEach(record -> found.put(record.key().toString(), shown(record)));
        wanted.forEach(record -> assertThat(found).containsEntry(record.key().toString(), shown(record)));
    }

    /** Every record of a query, page by page. */
    static List<StoredRecord> all(PoolStorage storage, Query query) {
        List<StoredRecord> records = new ArrayList<>();
        Query next = query;
        while (true) {
            Page page = storage.scan(next);
            assertThat(page.records()).hasSizeLessThanOrEqualTo(query.limit());
            records.addAll(page.records());
            Cursor place = page.next();
            if (place == null) {
                return records;
            }
            assertThat(page.records()).as("a page that is not the last").isNotEmpty();
            next = query.after(place);
        }
    }

    static List<String> ids(List<StoredRecord> records) {
        return records.stream().map(record -> record.key().id()).toList();
    }

    /** Records as values that can be compared: bodies are equal if their documents are. */
    static List<Object> shown(List<StoredRecord> records) {
        return records.stream().map(Asserts::shown).toList();
    }

    static Object shown(StoredRecord record) {
        return List.of(
                record.key(),
                record.tenant(),
                record.version(),
                record.state(),
                record.sortKey(),
                Document.parse(record.body().json()));
    }
}
