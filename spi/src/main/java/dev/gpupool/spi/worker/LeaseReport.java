package dev.gpupool.spi.worker;

import dev.gpupool.spi.checkpoint.CheckpointRef;
import dev.gpupool.spi.internal.Require;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a worker says of one lease. Every report carries the fencing token and may be sent again. */
public sealed interface LeaseReport {
    /**
     * The lease that the report is about.
     *
     * @return its fencing token
     */
    LeaseToken lease();

    /**
     * The job has come further. Never stored by itself; the newest replaces the one before.
     *
     * @param lease the lease
     * @param fraction between 0 and 1, or NaN if not known
     * @param step the step reached
     * @param totalSteps the steps in all, or 0 if not known
     * @param message of which the first 1,000 characters are kept
     */
    record Progress(LeaseToken lease, double fraction, long step, long totalSteps, String message)
            implements LeaseReport {
        /**
         * Checks the ranges, and cuts the message off after 1,000 characters.
         *
         * @throws IllegalArgumentException if the fraction is not between 0 and 1, or a step is negative
         */
        public Progress {
            Require.notNull("progress.lease", lease);
            if (fraction < 0 || fraction > 1) {
                throw new IllegalArgumentException("progress.fraction must be between 0 and 1, but was " + fraction);
            }
            Require.between("progress.step", step, 0, Long.MAX_VALUE);
            Require.between("progress.totalSteps", totalSteps, 0, Long.MAX_VALUE);
            message = Require.message("progress.message", message, 1_000);
        }
    }

    /**
     * A checkpoint's bytes are safe.
     *
     * @param lease the lease
     * @param checkpoint the reference
     * @param took how long the checkpoint took to write and make safe; zero if not known
     */
    record Checkpointed(LeaseToken lease, CheckpointRef checkpoint, Duration took) implements LeaseReport {
        /**
         * Checks that nothing is missing.
         *
         * @throws IllegalArgumentException if something is {@code null}, or the time is negative
         */
        public Checkpointed {
            Require.notNull("checkpointed.lease", lease);
            Require.notNull("checkpointed.checkpoint", checkpoint);
            Require.notNegative("checkpointed.took", took);
        }
    }

    /**
     * The job is done.
     *
     * @param lease the lease
     * @param result what came out
     * @param ran how long the attempt ran by the worker's own timer
     */
    record Completed(LeaseToken lease, Content result, Duration ran) implements LeaseReport {
        /**
         * Checks that nothing is missing.
         *
         * @throws IllegalArgumentException if something is {@code null}, or the time is negative
         */
        public Completed {
            Require.notNull("completed.lease", lease);
            Require.notNull("completed.result", result);
            Require.notNegative("completed.ran", ran);
        }
    }

    /**
     * The attempt failed.
     *
     * @param lease the lease
     * @param kind whose fault it was
     * @param message what happened, of which the first 16,000 characters are kept
     * @param retryable whether another attempt may go better
     * @param ran how long the attempt ran by the worker's own timer
     */
    record Failed(LeaseToken lease, FailureKind kind, String message, boolean retryable, Duration ran)
            implements LeaseReport {
        /**
         * Checks that nothing is missing, and cuts the message off after 16,000 characters.
         *
         * @throws IllegalArgumentException if something is {@code null}, or the time is negative
         */
        public Failed {
            Require.notNull("failed.lease", lease);
            Require.notNull("failed.kind", kind);
            message = Require.message("failed.message", message, 16_000);
            Require.notNegative("failed.ran", ran);
        }
    }

    /**
     * The worker gives the job back unfinished. It costs the job none of its retries.
     *
     * @param lease the lease
     * @param reason why
     * @param checkpoint a last checkpoint whose bytes are safe, or {@code null}
     * @param ran how long the attempt ran by the worker's own timer
     */
    record Released(
            LeaseToken lease,
            ReleaseReason reason,
            @Nullable CheckpointRef checkpoint,
            Duration ran) implements LeaseReport {
        /**
         * Checks that nothing is missing.
         *
         * @throws IllegalArgumentException if something is {@code null}, or the time is negative
         */
        public Released {
            Require.notNull("released.lease", lease);
            Require.notNull("released.reason", reason);
            Require.notNegative("released.ran", ran);
        }
    }

    /** Whose fault a failure was. */
    enum FailureKind {
        /** The job's own. */
        JOB_ERROR,
        /** The job ran out of memory. */
        OUT_OF_MEMORY,
        /** The payload cannot be worked on; never retried. */
        BAD_INPUT,
        /** The worker's: it costs the job none of its retries. */
        ENVIRONMENT,
        /** The job did not end within its time limit. */
        TIME_LIMIT
    }

    /** Why a job is given back. */
    enum ReleaseReason {
        /** The worker drains. */
        DRAIN,
        /** The pool asked for it with CHECKPOINT. */
        CHECKPOINT,
        /** The pool asked for it with CANCEL. */
        CANCEL,
        /** The provider takes the machine back. */
        PREEMPTED,
        /** The worker's process is going down. */
        SHUTDOWN
    }
}
