package dev.gpupool.testkit;

import dev.gpupool.spi.storage.Changeset;
import dev.gpupool.spi.storage.CommitResult;
import dev.gpupool.spi.storage.PoolStorage;
import java.util.List;

/**
 * Writes a line to an {@link EventLog} for every changeset that took effect. Belongs right in front of the storage that
 * keeps the records, behind a {@link FaultyStorage}, so that it sees what really took effect.
 */
public final class LoggingStorage extends ForwardingStorage {
    private final EventLog log;
    private final String host;

    /**
     * Stands in front of a storage for one host.
     *
     * @param backing what keeps the records
     * @param log where the lines go
     * @param host whose changesets these are
     */
    public LoggingStorage(PoolStorage backing, EventLog log, String host) {
        super(backing);
        this.log = log;
        this.host = host;
    }

    @Override
    public List<CommitResult> commitAll(List<Changeset> batch) {
        List<CommitResult> results = backing.commitAll(batch);
        for (int i = 0; i < results.size(); i++) {
            if (results.get(i) == CommitResult.APPLIED) {
                log.changeset(host, batch.get(i));
            }
        }
        return results;
    }
}
