package dev.gpupool.internal.whatif;

/**
 * How much work a job is. All in milliseconds; a millisecond of a lease does a millisecond of it.
 *
 * @param total all of it
 * @param limit the job's time limit, or 0 if it is not known before its first lease
 * @param checkpoint how long a checkpoint takes
 * @param kind equal for jobs that fit the same workers
 */
record Work(long total, long limit, long checkpoint, String kind) {
    static final Work UNKNOWN = new Work(0, 0, 0, "");

    /** The same, of a job whose limit came with its first lease. */
    Work limited(long millis) {
        return limit > 0 ? this : new Work(total > 0 ? total : millis, millis, checkpoint, kind);
    }
}
