package dev.gpupool.tck;

import dev.gpupool.InMemoryStorage;
import dev.gpupool.spi.storage.Changeset;
import dev.gpupool.spi.storage.CommitResult;
import dev.gpupool.spi.storage.Op;
import dev.gpupool.spi.storage.Query;
import dev.gpupool.spi.storage.RecordBody;
import dev.gpupool.spi.storage.RecordKind;
import dev.gpupool.spi.storage.StoredRecord;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Durable storages that do not keep what they promise. */
final class BrokenFiles {
    private BrokenFiles() {}

    static final class ForgetsWhenItIsClosed extends FileStorage {
        ForgetsWhenItIsClosed(Path path) {
            super(path);
        }

        @Override
        public void close() {
            if (!isClosed()) {
                truncate();
            }
            super.close();
        }
    }

    static final class BringsTheDeletedBack extends FileStorage {
        BringsTheDeletedBack(Path path) {
            super(path);
        }

        @Override
        void append(List<Changeset> applied) {
            List<Changeset> kept = new ArrayList<>();
            for (Changeset changeset : applied) {
                List<Op> ops = changeset.ops().stream()
                        .filter(op -> !(op instanceof Op.Delete))
                        .toList();
                if (!ops.isEmpty()) {
                    kept.add(new Changeset(ops));
                }
            }
            super.append(kept);
        }
    }

    /** Keeps the last write for later, and forgets to write it when it is closed. */
    static final class DropsTheLastWrite extends FileStorage {
        private @Nullable List<Changeset> pending;

        DropsTheLastWrite(Path path) {
            super(path);
        }

        @Override
        void append(List<Changeset> applied) {
            List<Changeset> due = pending;
            pending = applied;
            if (due != null) {
                super.append(due);
            }
        }
    }

    /** Alters what it finds when it is opened. */
    abstract static class Altering extends FileStorage {
        Altering(Path path) {
            super(path);
        }

        static InMemoryStorage altered(InMemoryStorage found, UnaryOperator<StoredRecord> change) {
            InMemoryStorage altered = InMemoryStorage.create();
            for (RecordKind kind : RecordKind.values()) {
                found.scan(Query.of(kind, "")).records().stream()
                        .map(change)
                        .forEach(record -> altered.commit(Records.changeset(Records.insert(record))));
            }
            return altered;
        }
    }

    static final class CountsVersionsAnew extends Altering {
        CountsVersionsAnew(Path path) {
            super(path);
        }

        @Override
        InMemoryStorage opened(InMemoryStorage found) {
            return altered(
                    found,
                    record -> new StoredRecord(
                            record.key(), record.tenant(), "v1", record.state(), record.sortKey(), record.body()));
        }
    }

    static final class ReadsBodiesAsAscii extends Altering {
        ReadsBodiesAsAscii(Path path) {
            super(path);
        }

        @Override
        InMemoryStorage opened(InMemoryStorage found) {
            return altered(found, record -> {
                String text = new String(record.body().json(), StandardCharsets.US_ASCII);
                RecordBody body = RecordBody.ofJson(text.getBytes(StandardCharsets.UTF_8));
                return new StoredRecord(
                        record.key(), record.tenant(), record.version(), record.state(), record.sortKey(), body);
            });
        }
    }

    static final class ClosesTheFileForAll extends FileStorage {
        private static final ConcurrentSkipListSet<Path> CLOSED = new ConcurrentSkipListSet<>();
        private final Path path;

        ClosesTheFileForAll(Path path) {
            super(path);
            this.path = path;
        }

        @Override
        public void close() {
            CLOSED.add(path);
            super.close();
        }

        @Override
        @SuppressWarnings("NullAway") // called by the constructor too
        boolean isOpen() {
            return super.isOpen() && (path == null || !CLOSED.contains(path));
        }
    }

    static final class TakesWritesOnceClosed extends FileStorage {
        TakesWritesOnceClosed(Path path) {
            super(path);
        }

        @Override
        public CommitResult commit(Changeset changeset) {
            return isClosed() ? CommitResult.APPLIED : super.commit(changeset);
        }
    }

    /** Looks whether there is a file to begin with, and begins one later. */
    static final class BeginsAFileThatAnotherHasBegun extends FileStorage {
        private boolean isNew;

        BeginsAFileThatAnotherHasBegun(Path path) {
            super(path);
            isNew = path.toFile().length() == 0;
        }

        @Override
        void append(List<Changeset> applied) {
            if (isNew) {
                isNew = false;
                truncate();
            }
            super.append(applied);
        }
    }
}
