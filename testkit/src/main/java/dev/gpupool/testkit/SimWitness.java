package dev.gpupool.testkit;

import dev.gpupool.spi.storage.Changeset;
import dev.gpupool.spi.storage.CommitResult;
import dev.gpupool.spi.storage.Op;
import dev.gpupool.spi.storage.PoolStorage;
import dev.gpupool.spi.storage.RecordKind;
import dev.gpupool.spi.storage.StoredRecord;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
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
        Facts facts = facts(record);
        judge(job, record.state(), facts.attempt, facts.leaseId, facts.step);
        if (record.state().equals("ZSUCCEEDED") && !job.isFinal()) {
            job.succeeded++;
        }
        job.state = record.state();
        job.attempt = facts.attempt;
        job.leaseId = facts.leaseId;
        job.checkpointStep = facts.step;
    }

    /** Read from the stream of the document: a tree of each write would cost more than the write. */
    private static Facts facts(StoredRecord record) {
        Facts facts = new Facts();
        try (JsonParser json = JSON.createParser(record.body().json())) {
            for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                String field = json.currentName();
                if (token.isScalarValue() && field != null) {
                    facts.take(json, json.streamReadContext().getParent().currentName(), field);
                }
            }
        }
        return facts;
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

    /** What is judged of a job. */
    private static final class Facts {
        private int attempt;
        private String leaseId = "";
        private long step = -1;

        void take(JsonParser json, @Nullable String parent, String field) {
            if (field.equals("attempt") && "doc".equals(parent)) {
                attempt = json.getIntValue();
            } else if (field.equals("leaseId") && "lease".equals(parent)) {
                leaseId = json.getString();
            } else if (field.equals("step") && "reference".equals(parent)) {
                step = json.getLongValue();
            }
        }
    }
}
