package dev.gpupool.testkit;

import dev.gpupool.internal.record.DocBody;
import dev.gpupool.internal.record.Job;
import dev.gpupool.internal.record.Lease;
import dev.gpupool.spi.storage.Changeset;
import dev.gpupool.spi.storage.CommitResult;
import dev.gpupool.spi.storage.Op;
import dev.gpupool.spi.storage.PoolStorage;
import dev.gpupool.spi.storage.RecordKind;
import dev.gpupool.spi.storage.StoredRecord;
import java.util.List;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Watches every write of a job that takes effect, whoever wrote it: the attempt only grows, a lease is issued once, a
 * final state stays, and a success bears the last issued lease.
 */
final class SimWitness extends ForwardingStorage {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final TreeMap<String, SimJobRecord> jobs;

    SimWitness(PoolStorage backing, TreeMap<String, SimJobRecord> jobs) {
        super(backing);
        this.jobs = jobs;
    }

    static JsonNode body(StoredRecord record) {
        return JSON.readTree(record.body().json());
    }

    @Override
    public List<CommitResult> commitAll(List<Changeset> batch) {
        List<CommitResult> results = backing.commitAll(batch);
        for (int i = 0; i < results.size(); i++) {
            if (results.get(i) == CommitResult.APPLIED) {
                batch.get(i).ops().forEach(this::saw);
            }
        }
        return results;
    }

    private void saw(Op op) {
        if (op.key().kind() != RecordKind.JOB) {
            return;
        }
        SimJobRecord job = jobs.computeIfAbsent(op.key().id(), SimJobRecord::new);
        if (op instanceof Op.Put put) {
            put(job, put.record());
        } else if (op instanceof Op.Delete && !job.isFinal()) {
            job.wrongs.add("was deleted in state " + job.state);
        }
    }

    private static void put(SimJobRecord job, StoredRecord record) {
        Job written = (Job) DocBody.of(record).doc();
        Lease lease = written.lease();
        String leaseId = lease == null ? "" : lease.leaseId();
        judge(job, record.state(), written.attempt(), leaseId, written.step());
        if (record.state().equals("ZSUCCEEDED") && !job.isFinal()) {
            job.succeeded++;
        }
        job.state = record.state();
        job.attempt = written.attempt();
        job.leaseId = leaseId;
        job.checkpointStep = written.step();
    }

    private static void judge(SimJobRecord job, String state, int attempt, String leaseId, long step) {
        if (job.isFinal()) {
            job.wrongs.add("went from " + job.state + " to " + state);
        }
        if (attempt < job.attempt || attempt > job.attempt + 1) {
            job.wrongs.add("went from attempt " + job.attempt + " to " + attempt);
        }
        if ((attempt == job.attempt) != leaseId.equals(job.leaseId)) {
            job.wrongs.add("attempt " + attempt + " has lease " + leaseId + " after " + job.leaseId);
        }
        if (step < job.checkpointStep) {
            job.wrongs.add("went from checkpoint step " + job.checkpointStep + " back to " + step);
        }
    }
}
