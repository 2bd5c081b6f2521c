package dev.gpupool.storage.jdbc;

import dev.gpupool.spi.storage.Changeset;
import dev.gpupool.spi.storage.CommitResult;
import dev.gpupool.spi.storage.OutcomeUnknown;
import dev.gpupool.spi.storage.RecordKey;
import dev.gpupool.spi.storage.StorageFull;
import dev.gpupool.spi.storage.StorageUnavailable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One transaction for a whole batch.
 *
 * <ol>
 *   <li>It locks every record that the batch names, and reads its version.
 *   <li>It judges the changesets in order, and writes what is left of them.
 *   <li>Where another transaction added a record meanwhile, or the database chose this one to end a deadlock, it begins
 *       again.
 *   <li>A failure before the commit surely took no effect. One of the commit itself may have.
 * </ol>
 */
final class Transactions {
    private static final Logger LOG = LoggerFactory.getLogger(Transactions.class);
    private static final int TRIES = 10;

    private final Connections connections;
    private final Dialect dialect;

    Transactions(Connections connections, Dialect dialect) {
        this.connections = connections;
        this.dialect = dialect;
    }

    List<CommitResult> apply(List<Changeset> batch) {
        SortedSet<RecordKey> keys = BatchPlan.keys(batch);
        @Nullable SQLException met = null;
        for (int i = 0; i < TRIES; i++) {
            try {
                Optional<List<CommitResult>> results = connections.with(connection -> attempt(connection, batch, keys));
                if (results.isPresent()) {
                    return results.get();
                }
            } catch (SQLException e) {
                if (!dialect.again(e)) {
                    throw unavailable(e);
                }
                met = e;
            }
        }
        throw new StorageUnavailable(
                "the database refused a batch of " + batch.size() + " changesets " + TRIES + " times", met);
    }

    private StorageUnavailable unavailable(SQLException e) {
        if (dialect.full(e)) {
            StorageFull full = new StorageFull("the database has no room left: " + e.getMessage());
            full.addSuppressed(e);
            return full;
        }
        return new StorageUnavailable("the database does not take writes: " + e.getMessage(), e);
    }

    /** The results, or nothing if another transaction was quicker to add a record. */
    private Optional<List<CommitResult>> attempt(
            Connection connection, List<Changeset> batch, SortedSet<RecordKey> keys) throws SQLException {
        dialect.begin(connection);
        BatchPlan plan;
        try {
            plan = BatchPlan.of(batch, dialect.versions(connection, keys));
            if (!write(connection, plan)) {
                dialect.rollback(connection);
                return Optional.empty();
            }
        } catch (SQLException | RuntimeException e) {
            undo(connection, e);
            throw e;
        }
        commit(connection);
        return Optional.of(plan.results());
    }

    private boolean write(Connection connection, BatchPlan plan) throws SQLException {
        if (!dialect.write(connection, plan.inserts(), plan.updates())) {
            return false;
        }
        List<RecordKey> absent = plan.absent();
        if (!absent.isEmpty() && !dialect.guard(connection, absent)) {
            return false;
        }
        List<RecordKey> deletes = plan.deletes();
        if (!deletes.isEmpty()) {
            dialect.delete(connection, deletes);
        }
        return true;
    }

    private void commit(Connection connection) throws SQLException {
        try {
            dialect.commit(connection);
        } catch (SQLException e) {
            if (dialect.surelyNot(e)) {
                undo(connection, e);
                throw e;
            }
            throw new OutcomeUnknown("the database did not say whether it committed: " + e.getMessage(), e);
        }
    }

    private void undo(Connection connection, Exception cause) {
        try {
            dialect.rollback(connection);
        } catch (SQLException e) {
            // The connection is closed next, and the database rolls back what was never committed.
            LOG.debug("a transaction that failed cannot be rolled back", e);
            cause.addSuppressed(e);
        }
    }
}
