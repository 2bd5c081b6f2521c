package dev.gpupool.internal.record;

import dev.gpupool.spi.worker.LeaseToken;

/**
 * The lease that a job was last issued. It stays in the record after it ended, since a report is judged by it.
 *
 * @param leaseId random
 * @param claimId the claim that it answered
 * @param session the session that it runs on
 * @param worker the worker's name
 * @param account the account's id
 * @param startedAt when, by wall clock
 * @param limitMillis how long it may run
 * @param usefulBefore the job's useful time when the lease was issued
 * @param open whether it still runs
 * @param endedBy what closed it: COMPLETED, FAILED, RELEASED, EXPIRED, CANCELLED, or empty while it is open
 * @param chargedMillis what was booked for it when it ended
 */
public record Lease(
        String leaseId,
        String claimId,
        String session,
        String worker,
        String account,
        long startedAt,
        long limitMillis,
        long usefulBefore,
        boolean open,
        String endedBy,
        long chargedMillis) {
    public boolean matches(LeaseToken token, int attempt) {
        return token.attempt() == attempt && token.leaseId().equals(leaseId);
    }

    public Lease closed(String by, long charged) {
        return new Lease(
                leaseId, claimId, session, worker, account, startedAt, limitMillis, usefulBefore, false, by, charged);
    }

    /** Open again after its expiry, with so much of it booked. */
    public Lease reopened(long charged) {
        return new Lease(
                leaseId, claimId, session, worker, account, startedAt, limitMillis, usefulBefore, true, "", charged);
    }
}
