package dev.gpupool.storage.jdbc;

import dev.gpupool.spi.storage.ChangeListener;
import dev.gpupool.spi.storage.Changeset;
import dev.gpupool.spi.storage.CommitResult;
import dev.gpupool.spi.storage.Cursor;
import dev.gpupool.spi.storage.Op;
import dev.gpupool.spi.storage.Page;
import dev.gpupool.spi.storage.PoolStorage;
import dev.gpupool.spi.storage.Query;
import dev.gpupool.spi.storage.RecordKey;
import dev.gpupool.spi.storage.StorageUnavailable;
import dev.gpupool.spi.storage.StoredRecord;
import dev.gpupool.spi.storage.Watch;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteDataSource;

/**
 * Keeps a pool's records in SQLite or PostgreSQL. What was applied is on the disk: SQLite runs in WAL mode and syncs each
 * commit, PostgreSQL does as its {@code synchronous_commit} says, which is the same by default.
 *
 * <p>A batch is one transaction. It never joins one of the caller's: a connection of the host's that does not commit by
 * itself is refused. Thread-safe.
 */
public final class JdbcStorage implements PoolStorage {
    private final Connections connections;
    private final Dialect dialect;
    private final Transactions transactions;
    private final ChangeFeed feed;
    private final @Nullable FileOwner owner;
    private final ReentrantReadWriteLock use = new ReentrantReadWriteLock();
    private boolean closed;

    private JdbcStorage(DataSource source, Dialect dialect, boolean ours, boolean create, @Nullable FileOwner owner) {
        this.connections = new Connections(source, dialect, ours);
        this.dialect = dialect;
        this.transactions = new Transactions(connections, dialect);
        this.feed = dialect.feed(connections);
        this.owner = owner;
        boolean ready = false;
        try {
            connections.with(connection -> {
                if (create) {
                    Schema.create(connection, dialect);
                }
                Schema.check(connection, dialect);
                return true;
            });
            ready = true;
        } catch (SQLException e) {
            throw new StorageUnavailable("the database cannot be used: " + e.getMessage(), e);
        } finally {
            if (!ready) {
                release();
            }
        }
    }

    /**
     * A file in this process: the durable default for one host. It belongs to this pool until it is closed or its
     * process ends, however that ends.
     *
     * @param file the file, made if it is not there; beside it lie its {@code -wal}, {@code -shm} and {@code -lock}
     * @return the storage
     * @throws IllegalStateException if another pool has it, or it holds records of another format
     * @throws StorageUnavailable if it cannot be used, such as for want of rights
     */
    public static JdbcStorage embedded(Path file) {
        FileOwner owner = FileOwner.of(file);
        return new JdbcStorage(sqlite(file), new SqliteDialect(), true, true, owner);
    }

    /** A handle beside others, for tests. */
    static JdbcStorage shared(Path file) {
        return new JdbcStorage(sqlite(file), new SqliteDialect(), true, true, null);
    }

    private static DataSource sqlite(Path file) {
        SQLiteDataSource source = new SQLiteDataSource();
        source.setUrl("jdbc:sqlite:" + file.toAbsolutePath());
        return source;
    }

    /**
     * A PostgreSQL that many hosts share. Tables that are not there are made.
     *
     * @param source gives connections, from a pool of at least three preferably: one listens for what other hosts write
     *     for as long as the pool runs; it stays the host's
     * @return the storage
     * @throws IllegalStateException if it holds records of another format
     * @throws StorageUnavailable if it cannot be reached
     */
    public static JdbcStorage postgres(DataSource source) {
        return new JdbcStorage(Objects.requireNonNull(source, "source"), new PostgresDialect(), false, true, null);
    }

    /**
     * The same over connections that the storage opens itself and keeps, a few at a time.
     *
     * @param url of the form {@code jdbc:postgresql://host/database?user=…&password=…}; PostgreSQL's driver must be on
     *     the path
     * @return the storage
     * @throws IllegalArgumentException if it is no such URL
     * @throws IllegalStateException if it holds records of another format
     * @throws StorageUnavailable if it cannot be reached
     */
    public static JdbcStorage postgres(String url) {
        return new JdbcStorage(PostgresSource.of(url), new PostgresDialect(), true, true, null);
    }

    /**
     * The same, whose tables the host's migration tool makes, from {@code postgresql.sql} beside this class.
     *
     * @param source gives connections, from a pool preferably; it stays the host's
     * @return the storage
     * @throws IllegalStateException if the tables are not there, or hold records of another format
     * @throws StorageUnavailable if it cannot be reached
     */
    public static JdbcStorage migratedPostgres(DataSource source) {
        return new JdbcStorage(Objects.requireNonNull(source, "source"), new PostgresDialect(), false, false, null);
    }

    @Override
    public List<StoredRecord> find(Set<RecordKey> keys) {
        if (keys.size() > 1_000) {
            throw new IllegalArgumentException("keys.size must be at most 1000, but was " + keys.size());
        }
        return open(() -> keys.isEmpty() ? List.of() : read(connection -> dialect.find(connection, keys)));
    }

    @Override
    public Page scan(Query query) {
        return open(() -> {
            List<StoredRecord> records = read(connection -> dialect.scan(connection, query, query.limit() + 1));
            if (records.size() <= query.limit()) {
                return new Page(records, null);
            }
            List<StoredRecord> page = records.subList(0, query.limit());
            Cursor next = page.get(page.size() - 1).cursor();
            return new Page(page, next);
        });
    }

    @Override
    public CommitResult commit(Changeset changeset) {
        return commitAll(List.of(changeset)).get(0);
    }

    @Override
    public List<CommitResult> commitAll(List<Changeset> batch) {
        if (batch.size() > Changeset.MAX_BATCH) {
            throw new IllegalArgumentException(
                    "batch.size must be at most " + Changeset.MAX_BATCH + ", but was " + batch.size());
        }
        return open(() -> batch.isEmpty() ? List.of() : tell(batch, transactions.apply(batch)));
    }

    private List<CommitResult> tell(List<Changeset> batch, List<CommitResult> results) {
        for (int i = 0; i < results.size(); i++) {
            if (results.get(i) == CommitResult.APPLIED) {
                for (Op op : batch.get(i).ops()) {
                    if (!(op instanceof Op.Check)) {
                        feed.wrote(op.key());
                    }
                }
            }
        }
        return results;
    }

    /** Between the hosts of a PostgreSQL by LISTEN and NOTIFY; a file has one pool, which needs no hints. */
    @Override
    public Watch watch(ChangeListener listener) {
        return open(() -> feed.watch(Objects.requireNonNull(listener, "listener")));
    }

    private <T> T read(Connections.Work<T> work) {
        try {
            return connections.with(work);
        } catch (SQLException e) {
            throw new StorageUnavailable("the database cannot be read: " + e.getMessage(), e);
        }
    }

    private <T> T open(Supplier<T> call) {
        use.readLock().lock();
        try {
            if (closed) {
                throw new IllegalStateException("the storage is closed");
            }
            return call.get();
        } finally {
            use.readLock().unlock();
        }
    }

    @Override
    public void close() {
        use.writeLock().lock();
        try {
            closed = true;
            release();
        } finally {
            use.writeLock().unlock();
        }
    }

    private void release() {
        feed.close();
        connections.close();
        if (owner != null) {
            owner.close();
        }
    }
}
