package dev.gpupool.internal.engine;

import dev.gpupool.internal.record.Job;
import dev.gpupool.internal.record.Lease;
import dev.gpupool.spi.worker.LeaseGrant;
import dev.gpupool.spi.worker.LeaseToken;
import java.time.Duration;

/** What a worker is told when it gets a job. */
final class Grants {
    private Grants() {}

    static LeaseToken token(Job job) {
        return new LeaseToken(job.id(), job.attempt(), job.issued().leaseId());
    }

    static LeaseGrant grant(Job job, LiveSession session, long now) {
        Lease lease = job.issued();
        long stop = session.stopTick();
        return new LeaseGrant(
                token(job),
                job.spec().handler(),
                job.spec().payload(),
                job.checkpoint() == null ? null : job.checkpoint().reference(),
                job.spec().resumable(),
                Duration.ofMillis(lease.limitMillis()),
                stop == Long.MAX_VALUE ? null : Duration.ofMillis(Math.max(0, stop - now)));
    }
}
