package dev.gpupool.internal.engine;

import dev.gpupool.internal.record.Doc;
import dev.gpupool.internal.record.DocBody;
import dev.gpupool.spi.storage.RecordKey;
import dev.gpupool.spi.storage.StoredRecord;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One cached record: as storage is known to hold it, and as it will be once the decisions under way are committed. The
 * caller holds the pool's lock.
 */
final class Entry<D extends Doc> {
    private final RecordKey key;
    private @Nullable D stored;
    private @Nullable String storedVersion;
    private List<String> storedPast = List.of();
    private @Nullable D current;
    private @Nullable String version;
    private List<String> past = List.of();
    private int generation;
    private boolean loaded;
    private int uses;
    private @Nullable Object companion;

    /** What an entry was before a decision changed it. */
    record Mark<D>(@Nullable D doc, @Nullable String version, List<String> past) {}

    Mark<D> mark() {
        return new Mark<>(current, version, past);
    }

    void restore(Mark<D> mark) {
        current = mark.doc();
        version = mark.version();
        past = mark.past();
    }

    Entry(RecordKey key) {
        this.key = key;
    }

    RecordKey key() {
        return key;
    }

    /** What the fleet keeps beside the record: one step from here, where a look-up by id would be several. */
    @Nullable Object companion() {
        return companion;
    }

    void companion(@Nullable Object next) {
        companion = next;
    }

    /** A decision under way is about it, be it only to rely on it. */
    void use() {
        uses++;
    }

    void release() {
        uses--;
    }

    boolean inUse() {
        return uses > 0;
    }

    /** As the decisions so far have made it, committed or not. */
    @Nullable D current() {
        return current;
    }

    D get() {
        D doc = current;
        if (doc == null) {
            throw new IllegalStateException(key + " is not in the view");
        }
        return doc;
    }

    /** As it is known to be committed. */
    @Nullable D stored() {
        return stored;
    }

    @Nullable String version() {
        return version;
    }

    @Nullable String storedVersion() {
        return storedVersion;
    }

    boolean settled() {
        return java.util.Objects.equals(version, storedVersion);
    }

    /** Whether it is known what storage holds, be it nothing. */
    boolean loaded() {
        return loaded;
    }

    void known() {
        loaded = true;
    }

    /** Grows each time the decisions under way were thrown away. */
    int generation() {
        return generation;
    }

    StoredRecord write(D next, String nextVersion) {
        List<String> remembered = past;
        if (version != null) {
            int keep = Math.min(past.size(), DocBody.REMEMBERED - 2);
            remembered = new ArrayList<>(keep + 1);
            remembered.add(version);
            remembered.addAll(past.subList(0, keep));
        }
        current = next;
        version = nextVersion;
        past = remembered;
        return new StoredRecord(
                key, next.tenant(), nextVersion, next.storedState(), next.sortKey(), new DocBody(next, remembered));
    }

    /** A second write by the same decision: same version, newer document. */
    StoredRecord rewrite(D next) {
        current = next;
        String same = java.util.Objects.requireNonNull(version);
        return new StoredRecord(key, next.tenant(), same, next.storedState(), next.sortKey(), new DocBody(next, past));
    }

    void erase() {
        current = null;
        version = null;
        past = List.of();
    }

    /** The write with this version was committed. */
    void committed(@Nullable D doc, @Nullable String itsVersion, List<String> itsPast) {
        stored = doc;
        storedVersion = itsVersion;
        storedPast = itsPast;
    }

    /** Storage holds this; the decisions under way are void. */
    @SuppressWarnings("unchecked") // the key's kind decides the document's type
    void reset(@Nullable StoredRecord record) {
        generation++;
        loaded = true;
        if (record == null) {
            stored = null;
            storedVersion = null;
            storedPast = List.of();
        } else {
            DocBody body = DocBody.of(record);
            stored = (D) body.doc();
            storedVersion = record.version();
            storedPast = body.past();
        }
        revert();
    }

    /** Back to what is committed. */
    void revert() {
        current = stored;
        version = storedVersion;
        past = storedPast;
    }
}
