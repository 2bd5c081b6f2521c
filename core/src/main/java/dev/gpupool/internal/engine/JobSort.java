package dev.gpupool.internal.engine;

import dev.gpupool.Requirements;
import dev.gpupool.internal.record.Job;
import dev.gpupool.internal.record.JobClass;

/**
 * What a job asks, without what it carries: as much of it as forecasts keep.
 *
 * @param name equal for two jobs exactly if they may run in the same places
 * @param tenant the owner
 * @param handler the handler's name
 * @param requirements what it asks of a worker
 * @param need how long a session, and how much quota, it must find
 * @param resumable whether it can go on from a checkpoint
 * @param checkpoint how long a checkpoint takes
 * @param priority higher goes first
 * @param limit how long it may run
 */
record JobSort(
        String name,
        String tenant,
        String handler,
        Requirements requirements,
        long need,
        boolean resumable,
        long checkpoint,
        int priority,
        long limit) {
    static JobSort of(Job job) {
        return new JobSort(
                JobClass.of(job),
                job.tenant(),
                job.spec().handler(),
                job.spec().requirements(),
                job.needMillis(),
                job.spec().resumable(),
                job.spec().checkpointMillis(),
                job.spec().priority(),
                job.spec().limitMillis());
    }

    /** Jobs that are likely to use as much of their limit as one another. */
    String runs() {
        return tenant + '|' + handler + '|' + resumable;
    }
}
