package dev.gpupool.examples.journal;

import dev.gpupool.InMemoryStorage;
import dev.gpupool.spi.storage.Changeset;
import dev.gpupool.spi.storage.CommitResult;
import dev.gpupool.spi.storage.OutcomeUnknown;
import dev.gpupool.spi.storage.Page;
import dev.gpupool.spi.storage.PoolStorage;
import dev.gpupool.spi.storage.Query;
import dev.gpupool.spi.storage.RecordKey;
import dev.gpupool.spi.storage.StorageUnavailable;
import dev.gpupool.spi.storage.StoredRecord;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a pool's records in one append-only file, for one host at a time. The records must fit into memory, and the file
 * grows with every write.
 *
 * <ol>
 *   <li>An in-memory storage decides and answers; the file remembers. One lock spans both, so nothing is seen before it
 *       is on the disk.
 *   <li>A batch is one {@link Frame}, written and forced before the batch is answered.
 *   <li>If that fails, memory is ahead of the disk and the outcome is unknown. The next call cuts off what may have been
 *       written and reads the file again; while that fails too, the storage is unavailable.
 *   <li>A last frame that is cut short is what a crash left of a batch that was never answered: it is dropped. Damage
 *       anywhere else is refused.
 * </ol>
 */
public final class JournalStorage implements PoolStorage {
    // No channel: an interrupt of the thread that commits would close it.
    private final RandomAccessFile file;
    private @Nullable InMemoryStorage memory;
    private long end = Long.MAX_VALUE;

    JournalStorage(RandomAccessFile file) throws IOException {
        this.file = file;
        this.memory = read();
    }

    /**
     * Opens a journal, or begins one.
     *
     * @param path the file; it is locked against other hosts until {@link #close}
     * @return the storage
     * @throws IOException if the file cannot be opened, is in use, or is damaged before its end
     */
    public static JournalStorage open(Path path) throws IOException {
        RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
        try {
            Objects.requireNonNull(file.getChannel().tryLock(), "another process uses it");
            return new JournalStorage(file);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw new IOException("journal " + path + " cannot be opened: " + e, e);
        }
    }

    @Override
    public List<StoredRecord> find(Set<RecordKey> keys) {
        return locked(records -> records.find(keys));
    }

    @Override
    public Page scan(Query query) {
        return locked(records -> records.scan(query));
    }

    @Override
    public CommitResult commit(Changeset changeset) {
        return commitAll(List.of(changeset)).get(0);
    }

    @Override
    public List<CommitResult> commitAll(List<Changeset> batch) {
        return locked(records -> {
            try {
                List<CommitResult> results = records.commitAll(batch);
                append(Frame.of(batch, results));
                return results;
            } catch (IOException | RuntimeException | Error e) {
                memory = null;
                throw new OutcomeUnknown("the journal could not be written; is its disk full?", e);
            }
        });
    }

    private void append(byte[] frame) throws IOException {
        if (frame.length > Frame.HEADER_BYTES) {
            file.seek(end);
            file.write(frame);
            file.getFD().sync();
            end += frame.length;
        }
    }

    private InMemoryStorage read() throws IOException {
        InMemoryStorage records = InMemoryStorage.create(Integer.MAX_VALUE);
        long at = 0;
        for (byte[] bytes = Frame.read(file, at, end); bytes != null; bytes = Frame.read(file, at, end)) {
            Frame.operations(bytes).forEach(op -> records.commit(new Changeset(List.of(op))));
            at += Frame.HEADER_BYTES + bytes.length;
        }
        file.setLength(at);
        end = at;
        return records;
    }

    private synchronized <T> T locked(Function<InMemoryStorage, T> work) {
        if (!file.getChannel().isOpen()) {
            throw new IllegalStateException("the journal storage was closed");
        }
        try {
            InMemoryStorage records = memory == null ? read() : memory;
            memory = records;
            return work.apply(records);
        } catch (IOException e) {
            throw new StorageUnavailable("the journal cannot be read again after a write that failed", e);
        }
    }

    @Override
    public synchronized void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
