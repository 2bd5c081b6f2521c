package dev.gpupool;

/** The code of a job, on a worker in this process. */
@FunctionalInterface
public interface JobHandler {
    /**
     * Runs one attempt. Long work looks at {@link JobContext#shouldStop()} between steps; when it is true, the handler
     * saves a checkpoint and returns {@code null}. One that works on for nothing (the job was cancelled, the lease is
     * lost, the session is over, the pool is closed) is interrupted half a heartbeat later; if it still does not return,
     * its session ends without it, and what it reports later counts no more.
     *
     * @param job what to do, and the ways to report
     * @return the result as JSON text, or {@code null} if the job was given back because it should stop
     * @throws Exception if the attempt failed; it is tried again while the job has retries left
     */
    @org.jspecify.annotations.Nullable String run(JobContext job) throws Exception;
}
