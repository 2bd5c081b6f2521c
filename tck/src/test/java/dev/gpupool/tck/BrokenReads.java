package dev.gpupool.tck;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gpupool.spi.storage.Changeset;
import dev.gpupool.spi.storage.CommitResult;
import dev.gpupool.spi.storage.Cursor;
import dev.gpupool.spi.storage.Page;
import dev.gpupool.spi.storage.PoolStorage;
import dev.gpupool.spi.storage.Query;
import dev.gpupool.spi.storage.RecordBody;
import dev.gpupool.spi.storage.RecordKey;
import dev.gpupool.spi.storage.StoredRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Storages that find and scan wrongly. */
final class BrokenReads {
    private BrokenReads() {}

    /** Answers a query from all records of its kind. */
    abstract static class Filtering extends Handle {
        Filtering(PoolStorage data) {
            super(data);
        }

        List<StoredRecord> everything(Query query) {
            checkOpen();
            return Asserts.all(data, Query.of(query.kind(), ""));
        }

        static Page page(List<StoredRecord> matching, Query query) {
            int end = Math.min(query.limit(), matching.size());
            List<StoredRecord> records = matching.subList(0, end);
            return new Page(
                    records, end < matching.size() ? records.get(end - 1).cursor() : null);
        }

        static Predicate<StoredRecord> isAfter(Query query) {
            Cursor place = query.after();
            return record -> place == null || record.cursor().compareTo(place) > 0;
        }
    }

    static final class SortsIgnoringCase extends Filtering {
        SortsIgnoringCase(PoolStorage data) {
            super(data);
        }

        @Override
        public Page scan(Query query) {
            Comparator<StoredRecord> order = Comparator.comparing(StoredRecord::state, String.CASE_INSENSITIVE_ORDER)
                    .thenComparing(StoredRecord::sortKey, String.CASE_INSENSITIVE_ORDER)
                    .thenComparing(record -> record.key().id(), String.CASE_INSENSITIVE_ORDER);
            return page(everything(query).stream().sorted(order).toList(), query);
        }
    }

    static final class TakesPrefixesForPatterns extends Filtering {
        TakesPrefixesForPatterns(PoolStorage data) {
            super(data);
        }

        @Override
        public Page scan(Query query) {
            return page(
                    everything(query).stream()
                            .filter(record -> isLike(record.state(), query.statePrefix()))
                            .filter(isAfter(query))
                            .toList(),
                    query);
        }

        private static boolean isLike(String state, String prefix) {
            if (state.length() < prefix.length()) {
                return false;
            }
            for (int i = 0; i < prefix.length(); i++) {
                if (prefix.charAt(i) != '_' && prefix.charAt(i) != state.charAt(i)) {
                    return false;
                }
            }
            return true;
        }
    }

    static final class MixesTenantsUp extends Filtering {
        MixesTenantsUp(PoolStorage data) {
            super(data);
        }

        @Override
        public Page scan(Query query) {
            String tenant = query.tenant();
            return page(
                    everything(query).stream()
                            .filter(record -> record.state().startsWith(query.statePrefix()))
                            .filter(record -> tenant == null
                                    || record.tenant().toLowerCase(Locale.ROOT).equals(tenant.toLowerCase(Locale.ROOT)))
                            .filter(isAfter(query))
                            .toList(),
                    query);
        }
    }

    /** Limits first and filters then. */
    static final class FiltersTenantsWithinAPage extends Handle {
        FiltersTenantsWithinAPage(PoolStorage data) {
            super(data);
        }

        @Override
        public Page scan(Query query) {
            checkOpen();
            Page page = data.scan(new Query(query.kind(), null, query.statePrefix(), query.after(), query.limit()));
            return new Page(
                    page.records().stream()
                            .filter(record ->
                                    query.tenant() == null || record.tenant().equals(query.tenant()))
                            .toList(),
                    page.next());
        }
    }

    static final class MissesARecordAtPageBorders extends Handle {
        MissesARecordAtPageBorders(PoolStorage data) {
            super(data);
        }

        @Override
        public Page scan(Query query) {
            Page page = super.scan(query);
            if (page.next() == null) {
                return page;
            }
            Page following = super.scan(query.after(page.next()));
            return new Page(page.records(), following.records().get(0).cursor());
        }
    }

    static final class AlwaysPromisesMore extends Handle {
        AlwaysPromisesMore(PoolStorage data) {
            super(data);
        }

        @Override
        public Page scan(Query query) {
            Page page = super.scan(query);
            boolean full = page.records().size() == query.limit();
            return full
                    ? new Page(
                            page.records(),
                            page.records().get(query.limit() - 1).cursor())
                    : page;
        }
    }

    /** Looks the cursor up, and begins anew where it is not found. */
    static final class NeedsTheRecordOfACursor extends Filtering {
        NeedsTheRecordOfACursor(PoolStorage data) {
            super(data);
        }

        @Override
        public Page scan(Query query) {
            Cursor place = query.after();
            boolean known = everything(query).stream()
                    .anyMatch(record -> record.cursor().equals(place));
            Cursor after = known ? place : null;
            return data.scan(new Query(query.kind(), query.tenant(), query.statePrefix(), after, query.limit()));
        }
    }

    /** Counts records instead of remembering a place, so what moves around shifts the rest. */
    static final class PagesByOffset extends Filtering {
        private final TreeMap<Cursor, Integer> offsets = new TreeMap<>();

        PagesByOffset(PoolStorage data) {
            super(data);
        }

        @Override
        public synchronized Page scan(Query query) {
            List<StoredRecord> all = everything(query).stream()
                    .filter(record -> record.state().startsWith(query.statePrefix()))
                    .toList();
            int from = query.after() == null ? 0 : Math.min(all.size(), offsets.getOrDefault(query.after(), 0));
            Page page = page(all.subList(from, all.size()), query);
            if (page.next() != null) {
                offsets.put(page.next(), from + query.limit());
            }
            dawdle();
            return page;
        }
    }

    /** Reads from a copy that is only refreshed when this handle writes. */
    static final class ScansAStaleCopy extends Handle {
        private final TreeMap<String, Page> copies = new TreeMap<>();

        ScansAStaleCopy(PoolStorage data) {
            super(data);
        }

        @Override
        public synchronized Page scan(Query query) {
            checkOpen();
            return copies.computeIfAbsent(query.toString(), asked -> data.scan(query));
        }

        @Override
        public synchronized CommitResult commit(Changeset changeset) {
            copies.clear();
            return super.commit(changeset);
        }
    }

    static final class FindsIdsIgnoringBlanks extends Handle {
        FindsIdsIgnoringBlanks(PoolStorage data) {
            super(data);
        }

        @Override
        public List<StoredRecord> find(Set<RecordKey> keys) {
            TreeSet<RecordKey> stripped = new TreeSet<>();
            keys.forEach(key -> stripped.add(new RecordKey(key.kind(), key.id().strip())));
            return super.find(stripped);
        }
    }

    static final class FindsOnlySoMany extends Handle {
        FindsOnlySoMany(PoolStorage data) {
            super(data);
        }

        @Override
        public List<StoredRecord> find(Set<RecordKey> keys) {
            return super.find(keys).stream().limit(256).toList();
        }
    }

    static final class FindsKeysOneByOne extends Handle {
        FindsKeysOneByOne(PoolStorage data) {
            super(data);
        }

        @Override
        public List<StoredRecord> find(Set<RecordKey> keys) {
            List<StoredRecord> found = new ArrayList<>();
            for (RecordKey key : keys) {
                found.addAll(super.find(new TreeSet<>(List.of(key))));
                dawdle();
            }
            return found;
        }
    }

    /** Gives records with other bodies. */
    abstract static class Altering extends Handle {
        Altering(PoolStorage data) {
            super(data);
        }

        abstract byte[] altered(byte[] json);

        @Override
        public List<StoredRecord> find(Set<RecordKey> keys) {
            return super.find(keys).stream().map(this::altered).toList();
        }

        @Override
        public Page scan(Query query) {
            Page page = super.scan(query);
            return new Page(page.records().stream().map(this::altered).toList(), page.next());
        }

        private StoredRecord altered(StoredRecord record) {
            RecordBody body = RecordBody.ofJson(altered(record.body().json()));
            return new StoredRecord(
                    record.key(), record.tenant(), record.version(), record.state(), record.sortKey(), body);
        }
    }

    static final class LosesUnicode extends Altering {
        LosesUnicode(PoolStorage data) {
            super(data);
        }

        @Override
        byte[] altered(byte[] json) {
            return new String(new String(json, UTF_8).getBytes(ISO_8859_1), ISO_8859_1).getBytes(UTF_8);
        }
    }

    static final class CutsLongBodies extends Altering {
        CutsLongBodies(PoolStorage data) {
            super(data);
        }

        @Override
        byte[] altered(byte[] json) {
            return json.length > 500_000 ? Arrays.copyOf(json, 500_000) : json;
        }
    }

    /** Like a reader that holds every number in a double. */
    static final class RoundsLargeNumbers extends Altering {
        RoundsLargeNumbers(PoolStorage data) {
            super(data);
        }

        @Override
        byte[] altered(byte[] json) {
            return new String(json, UTF_8)
                    .replace("9223372036854775807", "9223372036854775808")
                    .getBytes(UTF_8);
        }
    }

    static final class AnswersOnceClosed extends Handle {
        AnswersOnceClosed(PoolStorage data) {
            super(data);
        }

        @Override
        void checkOpen() {
            Objects.requireNonNull(data);
        }
    }
}
