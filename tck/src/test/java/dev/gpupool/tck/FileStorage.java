package dev.gpupool.tck;

import dev.gpupool.InMemoryStorage;
import dev.gpupool.spi.storage.Changeset;
import dev.gpupool.spi.storage.CommitResult;
import dev.gpupool.spi.storage.OutcomeUnknown;
import dev.gpupool.spi.storage.Page;
import dev.gpupool.spi.storage.PoolStorage;
import dev.gpupool.spi.storage.Query;
import dev.gpupool.spi.storage.RecordKey;
import dev.gpupool.spi.storage.StoredRecord;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * A small durable storage for hosts of one process: a file to which every applied changeset is appended. Each handle
 * has a view of its own, and before each call reads what others appended meanwhile.
 */
class FileStorage implements PoolStorage {
    private static final ConcurrentHashMap<Path, ReentrantLock> LOCKS = new ConcurrentHashMap<>();

    private final ReentrantLock lock;
    private final RandomAccessFile file;
    private InMemoryStorage view = InMemoryStorage.create();
    private long position;
    private volatile boolean closed;

    FileStorage(Path path) {
        lock = LOCKS.computeIfAbsent(path, first -> new ReentrantLock());
        try {
            file = new RandomAccessFile(path.toFile(), "rw");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        locked(() -> view = opened(view));
    }

    /** The view of a handle that was just opened. */
    InMemoryStorage opened(InMemoryStorage found) {
        return found;
    }

    @Override
    public List<StoredRecord> find(Set<RecordKey> keys) {
        return locked(() -> view.find(keys));
    }

    @Override
    public Page scan(Query query) {
        return locked(() -> view.scan(query));
    }

    @Override
    public CommitResult commit(Changeset changeset) {
        return commitAll(List.of(changeset)).get(0);
    }

    @Override
    public List<CommitResult> commitAll(List<Changeset> batch) {
        return locked(() -> {
            List<CommitResult> results = view.commitAll(batch);
            List<Changeset> applied = new ArrayList<>();
            for (int i = 0; i < results.size(); i++) {
                if (results.get(i) == CommitResult.APPLIED) {
                    applied.add(batch.get(i));
                }
            }
            if (!applied.isEmpty()) {
                append(applied);
            }
            return results;
        });
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            lock.unlock();
        }
    }

    void append(List<Changeset> applied) {
        write(ChangesetCodec.encode(applied));
    }

    final void write(byte[] entry) {
        try {
            file.seek(position);
            file.writeInt(entry.length);
            file.write(entry);
            position = file.getFilePointer();
        } catch (IOException e) {
            // The view may be ahead of the file now: begin anew.
            view = InMemoryStorage.create();
            position = 0;
            throw new OutcomeUnknown("the file was perhaps not written", e);
        }
    }

    final void truncate() {
        try {
            file.setLength(0);
            position = 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    final boolean isClosed() {
        return closed;
    }

    boolean isOpen() {
        return !closed;
    }

    private <T> T locked(Supplier<T> work) {
        lock.lock();
        try {
            if (!isOpen()) {
                throw new IllegalStateException("the handle was closed");
            }
            catchUp();
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    private void catchUp() {
        try {
            while (position < file.length()) {
                file.seek(position);
                byte[] entry = new byte[file.readInt()];
                file.readFully(entry);
                position = file.getFilePointer();
                view.commitAll(ChangesetCodec.decode(entry));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
