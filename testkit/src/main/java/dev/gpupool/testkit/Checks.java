package dev.gpupool.testkit;

import dev.gpupool.PoolEvent;
import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.quota.QuotaView;
import dev.gpupool.spi.storage.RecordKey;
import dev.gpupool.spi.storage.RecordKind;
import dev.gpupool.spi.storage.StoredRecord;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * The promises, as checks of what happened in a {@link Simulation}. A check that fails throws an {@link AssertionError}
 * with the seed.
 */
public final class Checks {
    private static final long BUCKET = Duration.ofMinutes(15).toMillis();
    private static final long WEEK = Duration.ofDays(7).toMillis();
    /** A grant and a report travel 150 ms each at most; a lease is booked from the decision on. */
    private static final long LATENCY = 500;

    private Checks() {}

    /**
     * Every check.
     *
     * @param outcome what happened
     */
    public static void all(SimOutcome outcome) {
        noJobLost(outcome);
        acceptedOnce(outcome);
        noExecutionOverlap(outcome);
        everyReservationSettled(outcome);
        quotaKept(outcome);
        ledgerEqualsMeter(outcome);
        noWorkerPastItsCap(outcome);
        fairRotation(outcome);
        noDecisionFailed(outcome);
    }

    /**
     * No host met a state that it holds to be impossible.
     *
     * @param outcome what happened
     */
    public static void noDecisionFailed(SimOutcome outcome) {
        long failed = outcome.count(PoolEvent.Type.DECISION_FAILED);
        if (failed > 0) {
            throw outcome.wrong(failed + " decisions failed; see the log");
        }
    }

    /**
     * Every submitted job was acknowledged, every acknowledged job is stored, and has ended; without faults as its
     * payload says.
     *
     * @param outcome what happened
     */
    public static void noJobLost(SimOutcome outcome) {
        if (outcome.unacknowledged() > 0) {
            throw outcome.wrong(outcome.unacknowledged() + " jobs were never acknowledged");
        }
        for (Map.Entry<String, SimJob> job : outcome.jobs().entrySet()) {
            Set<RecordKey> key = Set.of(new RecordKey(RecordKind.JOB, job.getKey()));
            List<StoredRecord> found = outcome.world().storage.find(key);
            if (found.isEmpty()) {
                throw outcome.wrong("job " + job.getKey() + " was acknowledged and is not stored");
            }
            String state = found.get(0).state();
            if (!state.startsWith("Z")) {
                throw outcome.wrong(
                        "job " + job.getKey() + " did not end: " + state + ", " + SimWitness.body(found.get(0)));
            }
            boolean well = job.getValue().outcome() == SimJob.Outcome.OK;
            if (well && !state.equals("ZSUCCEEDED") && (outcome.isFaultFree() || !state.equals("ZQUARANTINED"))) {
                throw outcome.wrong("job " + job.getKey() + " should have succeeded: " + state + ", "
                        + SimWitness.body(found.get(0)));
            }
        }
    }

    /**
     * No job changed after its end, succeeded twice, lost a checkpoint, or got a lease out of turn.
     *
     * @param outcome what happened
     */
    public static void acceptedOnce(SimOutcome outcome) {
        for (SimJobRecord job : outcome.records().values()) {
            if (!job.wrongs.isEmpty()) {
                throw outcome.wrong("job " + job.id + " " + job.wrongs);
            }
            if (job.succeeded > 1) {
                throw outcome.wrong("job " + job.id + " succeeded " + job.succeeded + " times");
            }
        }
    }

    /**
     * The run that was accepted completed on one worker, was of the last issued lease, and, without faults, no two runs
     * of a job were at the same time.
     *
     * @param outcome what happened
     */
    public static void noExecutionOverlap(SimOutcome outcome) {
        for (SimJobRecord job : outcome.records().values()) {
            List<SimExecution> runs = outcome.executionsOf(job.id);
            if (job.state.equals("ZSUCCEEDED")) {
                long accepted = runs.stream()
                        .filter(run -> run.lease().attempt() == job.attempt
                                && run.lease().leaseId().equals(job.leaseId)
                                && run.end() == SimExecution.End.COMPLETED)
                        .count();
                if (accepted != 1) {
                    throw outcome.wrong("job " + job.id + " succeeded in attempt " + job.attempt + ", completed "
                            + accepted + " times: " + runs);
                }
            }
            if (outcome.isFaultFree()) {
                noOverlap(outcome, runs);
            }
        }
    }

    private static void noOverlap(SimOutcome outcome, List<SimExecution> runs) {
        for (SimExecution one : runs) {
            for (SimExecution other : runs) {
                if (!one.equals(other) && one.fromMillis() < other.toMillis() && other.fromMillis() < one.toMillis()) {
                    throw outcome.wrong("two runs at the same time: " + one + " and " + other);
                }
            }
        }
    }

    /**
     * No account holds anything once all work has ended and no session lives.
     *
     * @param outcome what happened
     */
    public static void everyReservationSettled(SimOutcome outcome) {
        for (StoredRecord session : outcome.liveSessions()) {
            throw outcome.wrong("a session lives on: " + SimWitness.body(session));
        }
        for (QuotaView quota : outcome.quotas()) {
            if (!quota.reserved().isZero()) {
                throw outcome.wrong("still reserved: " + quota);
            }
        }
        for (StoredRecord account : outcome.accounts()) {
            JsonNode holds = SimWitness.body(account).path("doc").path("ledger").path("holds");
            if (!holds.isEmpty()) {
                throw outcome.wrong("account " + account.key().id() + " still holds " + holds);
            }
        }
    }

    /**
     * What was booked in each week is at most the safe allowance and, with faults, the time by which each vanished or
     * disobedient session may be found out late.
     *
     * @param outcome what happened
     */
    public static void quotaKept(SimOutcome outcome) {
        for (SimWorker worker : outcome.workers()) {
            ProviderPolicy policy = policy(worker);
            long safe = policy.safeAllowance().toMillis();
            long from = TestPool.START.toEpochMilli();
            for (long start = from; start < outcome.world().clock.trueMillis(); start += WEEK) {
                long booked = booked(outcome, worker, start, start + WEEK);
                long bound = safe + outcome.excuse(worker);
                if (booked > bound) {
                    throw outcome.wrong("account of " + worker.name() + " used " + booked + " ms in the week of "
                            + start + ", more than " + bound);
                }
            }
        }
    }

    /**
     * What was booked for each account is what its provider's own meter says: up to the way of messages without faults,
     * within the time by which a loss may be found out late with them, the absence of hosts and storage included.
     *
     * @param outcome what happened
     */
    public static void ledgerEqualsMeter(SimOutcome outcome) {
        for (SimWorker worker : outcome.workers()) {
            long booked = booked(outcome, worker, 0, Long.MAX_VALUE);
            long metered = worker.meter().busyMillis(0, Long.MAX_VALUE);
            long late = outcome.excuse(worker) + outcome.world().absence;
            long bound = worker.meter().executions().size() * LATENCY + late;
            if (Math.abs(booked - metered) > bound) {
                throw outcome.wrong("account of " + worker.name() + " has " + booked + " ms booked, but its meter says "
                        + metered + ", which differ by " + (booked - metered) + ", more than " + bound);
            }
        }
    }

    /**
     * No obedient session lasted longer than it was told.
     *
     * @param outcome what happened
     */
    public static void noWorkerPastItsCap(SimOutcome outcome) {
        SimChecks.noWorkerPastItsCap(outcome.workers(), Duration.ofSeconds(1));
        SimChecks.noBadCheckpoint(outcome.workers());
    }

    /**
     * If picks were judged: no candidate sat in a lower band than the one that was picked, and, without faults, none was
     * picked twice while another waited in the lowest band. With faults a pick may not come to a lease, and is made again.
     *
     * @param outcome what happened
     */
    public static void fairRotation(SimOutcome outcome) {
        SimSelector judge = outcome.world().selector;
        if (judge == null) {
            return;
        }
        if (judge.picks() == 0) {
            throw outcome.wrong("no pick was judged");
        }
        for (String wrong : judge.wrongs()) {
            if (outcome.isFaultFree() || !wrong.endsWith(SimSelector.WAITED)) {
                throw outcome.wrong(wrong);
            }
        }
    }

    private static ProviderPolicy policy(SimWorker worker) {
        return worker.spec().provider().equals("colab") ? ProviderPolicy.colab() : ProviderPolicy.kaggle();
    }

    /** What the stored ledger has used in [from, until); corrections are in its buckets. */
    private static long booked(SimOutcome outcome, SimWorker worker, long from, long until) {
        String id = worker.spec().provider() + "/" + worker.spec().account();
        long sum = 0;
        for (StoredRecord account : outcome.accounts()) {
            if (account.key().id().equals(id)) {
                JsonNode ledger = SimWitness.body(account).path("doc").path("ledger");
                sum += used(ledger.path("use"), from, until);
            }
        }
        return sum;
    }

    private static long used(JsonNode runs, long from, long until) {
        long sum = 0;
        for (JsonNode run : runs) {
            long at = run.path("bucket").asLong() * BUCKET;
            for (JsonNode millis : run.path("millis")) {
                sum += at >= from && at < until ? millis.asLong() : 0;
                at += BUCKET;
            }
        }
        return sum;
    }
}
