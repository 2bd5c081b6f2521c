package dev.gpupool.testkit;

import dev.gpupool.spi.worker.LeaseToken;

/**
 * One run of an attempt on a simulated worker, in milliseconds since 1970 by a clock that nobody moves. The interval is
 * half-open.
 *
 * @param lease the fencing token
 * @param worker the worker's name
 * @param fromMillis when the grant arrived
 * @param toMillis when the work stopped, or now if it goes on; its report may have arrived much later
 * @param fromStep the step that it began at
 * @param toStep the step that it reached
 * @param checkpointStep the step of the last checkpoint that it wrote or began with, or -1 for none
 * @param end how it ended
 */
public record SimExecution(
        LeaseToken lease,
        String worker,
        long fromMillis,
        long toMillis,
        long fromStep,
        long toStep,
        long checkpointStep,
        End end) {
    /** The ways to end. */
    public enum End {
        /** It goes on. */
        RUNNING,
        /** It was done and reported so. */
        COMPLETED,
        /** It was reported as failed. */
        FAILED,
        /** It was given back. */
        RELEASED,
        /** The pool said that the lease is lost. */
        LOST,
        /** The process or the machine died. */
        CRASHED
    }
}
