package dev.gpupool.internal.record;

/**
 * One taken slot of a session.
 *
 * @param id the lease's or selection's id, which is also its hold in the ledger
 * @param jobId the job, or empty for a selection
 * @param attempt the attempt, or 0 for a selection
 * @param startedAt when, by the wall clock of the host that gave it
 * @param startedAge how old the session was then: unlike an instant, a length means the same to every host
 * @param limitMillis how long it may run; for a selection when it expires
 * @param ending why the worker was told to stop it, or empty while it may run
 * @param chargedMillis what was booked for it when its lease expired, or -1 while its slot is taken
 * @param claimedMillis how long it had run, by its worker's word, when the return to it was refused; 0 before
 */
public record SessionHold(
        String id,
        String jobId,
        int attempt,
        long startedAt,
        long startedAge,
        long limitMillis,
        String ending,
        long chargedMillis,
        long claimedMillis) {
    private static final String REFUSED = "REFUSED";

    public static SessionHold lease(
            String id, String jobId, int attempt, long startedAt, long startedAge, long limitMillis) {
        return new SessionHold(id, jobId, attempt, startedAt, startedAge, limitMillis, "", -1, 0);
    }

    public static SessionHold selection(String id, long startedAt, long startedAge, long limitMillis) {
        return new SessionHold(id, "", 0, startedAt, startedAge, limitMillis, "", -1, 0);
    }

    public boolean selection() {
        return jobId.isEmpty();
    }

    public SessionHold ending(String reason) {
        return new SessionHold(
                id, jobId, attempt, startedAt, startedAge, limitMillis, reason, chargedMillis, claimedMillis);
    }

    /** Its lease expired; what the worker may still have used is booked once it is known. */
    public SessionHold expired(long charged) {
        return new SessionHold(id, jobId, attempt, startedAt, startedAge, limitMillis, "EXPIRED", charged, 0);
    }

    /** Its worker came back to it and goes on with it. */
    public SessionHold reopened() {
        return lease(id, jobId, attempt, startedAt, startedAge, limitMillis);
    }

    /** Its worker came back to it and was told that it is lost. */
    public SessionHold refused(long claimed) {
        return new SessionHold(id, jobId, attempt, startedAt, startedAge, limitMillis, REFUSED, chargedMillis, claimed);
    }

    public boolean wasRefused() {
        return ending.equals(REFUSED);
    }

    public boolean open() {
        return chargedMillis < 0;
    }

    /** The session turned out to be older than it was thought to be when this began. */
    SessionHold sessionOlderBy(long millis) {
        return new SessionHold(
                id, jobId, attempt, startedAt, startedAge + millis, limitMillis, ending, chargedMillis, claimedMillis);
    }
}
