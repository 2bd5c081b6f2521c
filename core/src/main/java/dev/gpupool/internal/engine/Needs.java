package dev.gpupool.internal.engine;

import dev.gpupool.PoolSettings;
import dev.gpupool.internal.record.Job;
import dev.gpupool.internal.record.JobSpec;
import dev.gpupool.internal.record.Session;

/** How much time things need, by the pool's settings. All in milliseconds. */
final class Needs {
    private final long drainLead;
    private final long usefulSlice;
    private final long beat;

    Needs(PoolSettings settings) {
        drainLead = settings.drainLead().toMillis();
        usefulSlice = settings.usefulSlice().toMillis();
        beat = settings.heartbeatInterval().toMillis();
    }

    /** How long before an end a job with such checkpoints must be told. */
    long lead(long checkpointMillis) {
        return Math.max(drainLead, 2 * beat + checkpointMillis * 3 / 2);
    }

    /** How long before its end a session drains. */
    long lead(Session session) {
        return lead(session.checkpointMillis());
    }

    /** How far ahead an idle metered session reserves: never so little that it would drain at once. */
    long idle(long allowance, long checkpointMillis) {
        return Math.max(allowance, 2 * (lead(checkpointMillis) + beat));
    }

    /** The least time for which placing a resumable job is worth it. */
    long slice(long checkpointMillis) {
        return Math.max(usefulSlice, 3 * checkpointMillis);
    }

    /**
     * What a job must find to be placed: its limit if it cannot resume; a useful slice and the time to give back, or
     * what is left of it if that is less, if it can.
     */
    long of(JobSpec spec, long remainingLimit) {
        if (!spec.resumable()) {
            return spec.limitMillis();
        }
        return Math.min(remainingLimit, slice(spec.checkpointMillis()) + lead(spec.checkpointMillis()));
    }

    long of(Job job) {
        return of(job.spec(), job.remainingLimit());
    }
}
