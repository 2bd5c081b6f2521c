package dev.gpupool.testkit;

import dev.gpupool.PoolEvent;
import dev.gpupool.quota.QuotaView;
import dev.gpupool.spi.storage.Query;
import dev.gpupool.spi.storage.RecordKind;
import dev.gpupool.spi.storage.StoredRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** What happened in a {@link Simulation}: the material of {@link Checks}. */
public final class SimOutcome {
    private final SimWorld world;
    private final List<SimWorker> workers;
    private final TreeMap<String, SimJob> acknowledged;
    private final int unacknowledged;
    private final boolean faultFree;
    private final List<QuotaView> quotas;
    private final List<StoredRecord> accounts;
    private final List<StoredRecord> liveSessions;

    SimOutcome(SimWorld world, SimFleet fleet, SimWorkload workload, boolean faultFree) {
        this.world = world;
        this.workers = List.copyOf(fleet.workers());
        this.acknowledged = workload.acknowledged();
        this.unacknowledged = workload.unacknowledged();
        this.faultFree = faultFree;
        this.quotas = world.liveHost(0).pool().accounts().all();
        this.accounts = world.storage.scan(Query.of(RecordKind.ACCOUNT, "")).records();
        this.liveSessions =
                world.storage.scan(Query.of(RecordKind.SESSION, "A")).records();
    }

    /**
     * The seed.
     *
     * @return as given
     */
    public long seed() {
        return world.seed;
    }

    /**
     * How many pools there were.
     *
     * @return 1 to 3
     */
    public int hosts() {
        return world.hosts.size();
    }

    /**
     * How often something happened in all pools.
     *
     * @param type what
     * @return the number
     */
    public long count(PoolEvent.Type type) {
        return world.events.getOrDefault(type, 0L);
    }

    /**
     * How often a fault was played that has times, not a chance.
     *
     * @param fault which
     * @return the number
     */
    public long count(SimFault fault) {
        return world.faults.getOrDefault(fault, 0L);
    }

    /**
     * How many jobs were acknowledged.
     *
     * @return the number
     */
    public int acknowledged() {
        return acknowledged.size();
    }

    /**
     * How many jobs are in a state.
     *
     * @param storedState the state as it is stored, such as {@code ZSUCCEEDED}
     * @return the number
     */
    public long inState(String storedState) {
        return world.jobs.values().stream()
                .filter(job -> job.state.equals(storedState))
                .count();
    }

    /**
     * How many beats all workers sent.
     *
     * @return the number
     */
    public long beats() {
        return workers.stream().mapToLong(SimWorker::beats).sum();
    }

    /**
     * The log of every changeset, directive and fault.
     *
     * @return the log
     */
    public EventLog log() {
        return world.log;
    }

    /**
     * The workers, with what really happened on them.
     *
     * @return in the order of the fleet
     */
    public List<SimWorker> workers() {
        return workers;
    }

    boolean isFaultFree() {
        return faultFree;
    }

    int unacknowledged() {
        return unacknowledged;
    }

    TreeMap<String, SimJob> jobs() {
        return acknowledged;
    }

    TreeMap<String, SimJobRecord> records() {
        return world.jobs;
    }

    SimWorld world() {
        return world;
    }

    List<QuotaView> quotas() {
        return quotas;
    }

    List<StoredRecord> accounts() {
        return accounts;
    }

    List<StoredRecord> liveSessions() {
        return liveSessions;
    }

    /** How late all the ends of a worker's sessions may have been found out. */
    long excuse(SimWorker worker) {
        return world.excuses.getOrDefault(worker.name(), 0L);
    }

    /** Every run of a job, in the order of the workers. */
    List<SimExecution> executionsOf(String jobId) {
        List<SimExecution> all = new ArrayList<>();
        for (SimWorker worker : workers) {
            for (SimExecution run : worker.meter().executions()) {
                if (run.lease().jobId().equals(jobId)) {
                    all.add(run);
                }
            }
        }
        return all;
    }

    AssertionError wrong(String what) {
        return new AssertionError(what + "; seed " + seed());
    }
}
