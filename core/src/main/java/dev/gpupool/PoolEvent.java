package dev.gpupool;

import java.time.Instant;
import java.util.List;

/**
 * Something that happened in the pool, told after it was committed.
 *
 * @param type what
 * @param at when, by the pool's wall clock
 * @param jobId the job that it is about, or empty
 * @param worker the worker that it is about, or empty
 * @param account the account that it is about ({@code provider/name}), or empty
 * @param selections the selections that ended with it
 * @param message in words
 */
public record PoolEvent(
        Type type, Instant at, String jobId, String worker, String account, List<String> selections, String message) {
    /** What can happen. New ones may be added: a listener ignores those that it does not know. */
    public enum Type {
        /** A job was acknowledged. */
        JOB_QUEUED,
        /** A job was leased to a worker. */
        JOB_LEASED,
        /** A checkpoint was committed. */
        JOB_CHECKPOINTED,
        /** A job went back to the queue: it was given back, or its lease ended. */
        JOB_REQUEUED,
        /** A job failed and waits for its next try. */
        JOB_DELAYED,
        /** A job succeeded. */
        JOB_SUCCEEDED,
        /** A job failed for good. */
        JOB_FAILED,
        /** A job was cancelled. */
        JOB_CANCELLED,
        /** A job took down several workers in a row and was set aside. */
        JOB_QUARANTINED,
        /** A worker came back and goes on with its expired lease. */
        LEASE_REATTACHED,
        /** A worker came back to an expired lease and was refused. */
        REATTACH_REFUSED,
        /** A report bore a token that is not the last issued, or came after the end. */
        REPORT_REFUSED,
        /** A completion or checkpoint of an expired lease was accepted. */
        LATE_REPORT_ACCEPTED,
        /** A running job got more quota. */
        RESERVATION_EXTENDED,
        /** A running job, or an idle session, could get no more quota. */
        EXTENSION_REFUSED,
        /** A session began. */
        WORKER_ONLINE,
        /** A worker fell silent and gets no new work. */
        WORKER_SUSPECT,
        /** A silent worker was heard again. */
        WORKER_RECOVERED,
        /** A worker's leases ended for its silence. */
        WORKER_OFFLINE,
        /** A session takes no new work and will end. */
        WORKER_DRAINING,
        /** A session ended. */
        WORKER_STOPPED,
        /** A newer instance took over from a session. */
        WORKER_SUPERSEDED,
        /** An operator took a worker out of the fleet. */
        WORKER_REMOVED,
        /** A registration was refused. */
        WORKER_REFUSED,
        /** Selections ended without their host's word: the worker went OFFLINE, or they expired. */
        SELECTION_ENDED,
        /** Failover of a provider is held: many of its workers fell silent together. */
        BRAKE_ON,
        /** Failover of a provider goes on. */
        BRAKE_OFF,
        /** An account was seen for the first time. */
        ACCOUNT_ADDED,
        /** An account waits for admission. */
        ACCOUNT_PENDING,
        /** A ledger was corrected. */
        QUOTA_CORRECTED,
        /** A policy was changed. */
        POLICY_CHANGED,
        /** A join or operator token was made; the message begins with its id. */
        TOKEN_CREATED,
        /** A token was taken back; the message begins with its id. */
        TOKEN_REVOKED,
        /** The host's selector threw or took too long. */
        SELECTOR_FAILED,
        /** A decision, or a step of the loop, failed for a defect of this library; the log has its trace. */
        DECISION_FAILED,
        /** The storage does not answer: nothing is leased, nobody is judged. */
        STORAGE_DOWN,
        /** The storage answers again. */
        STORAGE_UP,
        /** After an unknown outcome the write was found to have taken effect. */
        OUTCOME_APPLIED,
        /** After an unknown outcome the write was found not to have taken effect. */
        OUTCOME_NOT_APPLIED,
        /** Another host wrote first; the command is decided again. */
        CONFLICT,
        /** The wall clock jumped; no running deadline moved. */
        CLOCK_JUMPED,
        /** The listener that is told this was too slow: older events were dropped, as many as the message says. */
        EVENTS_MISSED,
        /** By the plan that is followed, a session of the worker is to be started now. */
        PLAN_START_DUE,
        /** A session of the plan that is followed was not started; it is planned again. */
        PLAN_START_MISSED,
        /** A session of the plan that is followed ends soon. */
        PLAN_END_SOON,
        /** The plan that is followed has changed; the message says how, a change a line. */
        PLAN_CHANGED,
        /** Planning again failed, and the plan that is followed stays as it is; the message says why. Told once for each why. */
        PLAN_FAILED,
        /** This process stood still; silence meanwhile is not held against anybody. */
        POOL_PAUSED
    }
}
