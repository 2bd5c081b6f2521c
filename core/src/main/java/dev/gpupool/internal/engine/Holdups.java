package dev.gpupool.internal.engine;

import dev.gpupool.JobState;
import dev.gpupool.internal.record.Job;
import dev.gpupool.status.Reason;
import dev.gpupool.status.Reason.Code;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The one reason that holds a job, where an explanation tells all. The caller holds the pool's lock.
 *
 * <ol>
 *   <li>What holds every worker from it: it is no pending job, its next try is not due, the storage is down, the selector
 *       was asked, there is no worker.
 *   <li>Otherwise, if it is not the first of those that fit the same workers, the ones before it.
 *   <li>Otherwise, of each worker the obstacle that is hardest to remove counts, and the worker's where it is the
 *       easiest. Where there is none, the job is about to be placed, or one of another sort takes what is free.
 * </ol>
 */
final class Holdups {
    /** The easiest to remove first; what is not listed is not removed by anything that happens to a worker. */
    private static final List<Code> EASIEST = List.of(
            Code.NO_CLAIM, Code.BUSY, Code.QUOTA, Code.SUSPECT, Code.SESSION_TIME, Code.DRAINING, Code.OTHER_HOST);

    private final Kernel kernel;
    private final Fleet fleet;
    private final JobQueue queue;
    private final Forecast forecast;
    private final Obstacles obstacles;

    Holdups(Kernel kernel, Fleet fleet, JobQueue queue, Forecast forecast) {
        this.kernel = kernel;
        this.fleet = fleet;
        this.queue = queue;
        this.forecast = forecast;
        this.obstacles = new Obstacles(kernel, fleet, forecast);
    }

    /** Jobs that come first; so many are known of. */
    static Reason jobsBefore(String howMany) {
        String change = "cancel jobs that come first, or add a worker that fits";
        return new Reason(Code.JOBS_BEFORE, "", "its turn", howMany + " jobs come first", null, change);
    }

    /** What holds a job that so many come before. */
    Reason of(Job job, int before) {
        if (job.state() == JobState.DELAYED) {
            return Explainer.delayed(job);
        }
        if (job.state() != JobState.QUEUED) {
            return Explainer.notPending(job.state());
        }
        if (kernel.outage().on()) {
            return Explainer.storageDown();
        }
        List<LiveSession> sessions = fleet.sessions();
        if (sessions.isEmpty()) {
            return Explainer.noWorker();
        }
        ClassQueue alike = queue.classOf(job);
        if (alike != null && !JobQueue.Place.of(job).equals(alike.first())) {
            return jobsBefore(Integer.toString(before));
        }
        long now = kernel.time().wall();
        if (alike != null && alike.heldUntil() > kernel.time().tick()) {
            return Explainer.held(alike, "", forecast);
        }
        Reason easiest = null;
        for (LiveSession session : sessions) {
            Reason hardest = hardest(obstacles.of(session, job, now));
            if (hardest == null) {
                return jobsBefore(Integer.toString(before));
            }
            if (easiest == null || rank(hardest) < rank(easiest)) {
                easiest = hardest;
            }
        }
        return easiest == null ? jobsBefore(Integer.toString(before)) : easiest;
    }

    private static @Nullable Reason hardest(List<Reason> reasons) {
        Reason hardest = null;
        for (Reason reason : reasons) {
            hardest = hardest == null || rank(reason) > rank(hardest) ? reason : hardest;
        }
        return hardest;
    }

    private static int rank(Reason reason) {
        int rank = EASIEST.indexOf(reason.code());
        return rank < 0 ? EASIEST.size() : rank;
    }
}
