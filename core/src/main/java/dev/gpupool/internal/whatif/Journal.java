package dev.gpupool.internal.whatif;

import dev.gpupool.GpuPool;
import dev.gpupool.JobState;
import dev.gpupool.PoolEvent;
import dev.gpupool.PoolListener;
import dev.gpupool.internal.engine.Snapshot;
import dev.gpupool.internal.record.Job;
import dev.gpupool.internal.record.Session;
import dev.gpupool.planning.Outlook;
import dev.gpupool.status.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/** Takes down what a simulated pool tells. Not thread-safe. */
final class Journal implements PoolListener {
    /** Of so many jobs that wait at the end it is asked what holds them; of more, others speak for their like. */
    private static final int MOST_QUESTIONS = 200;

    private final Machines machines;
    private final Coverage coverage;
    private final List<Outlook.Decided> decided = new ArrayList<>();
    /** When jobs were submitted that never started. */
    private final TreeMap<String, Long> unstarted = new TreeMap<>();

    private final TreeSet<String> waiting = new TreeSet<>();
    private final TreeSet<String> running = new TreeSet<>();
    private final List<Long> waits = new ArrayList<>();
    private int succeeded;
    private int failed;
    private int refusedSubmissions;

    Journal(Snapshot snapshot, Machines machines) {
        this.machines = machines;
        this.coverage = new Coverage(snapshot.wallMillis());
        for (Session session : snapshot.documents(Session.class)) {
            if (session.live()) {
                coverage.began(session.worker(), snapshot.wallMillis());
            }
        }
        for (Job job : snapshot.documents(Job.class)) {
            if (job.running()) {
                running.add(job.id());
            } else if (job.state() == JobState.QUEUED || job.state() == JobState.DELAYED) {
                waiting.add(job.id());
                if (job.attempt() == 0) {
                    unstarted.put(job.id(), job.spec().submittedAt());
                }
            }
        }
    }

    @Override
    public void onEvent(PoolEvent event) {
        decided.add(Outlook.Decided.of(event));
        String job = event.jobId();
        long at = event.at().toEpochMilli();
        switch (event.type()) {
            case JOB_QUEUED -> {
                waiting.add(job);
                unstarted.put(job, at);
            }
            case JOB_LEASED -> started(job, at);
            case LEASE_REATTACHED -> runs(job);
            case JOB_REQUEUED, JOB_DELAYED -> {
                running.remove(job);
                waiting.add(job);
            }
            case JOB_SUCCEEDED -> {
                succeeded++;
                ended(job);
            }
            case JOB_FAILED, JOB_QUARANTINED -> {
                failed++;
                ended(job);
            }
            case JOB_CANCELLED -> ended(job);
            case WORKER_ONLINE, WORKER_RECOVERED -> coverage.began(event.worker(), at);
            case WORKER_STOPPED, WORKER_OFFLINE -> coverage.ended(event.worker(), at);
            default -> {}
        }
    }

    private void started(String job, long at) {
        runs(job);
        Long since = unstarted.remove(job);
        if (since != null) {
            waits.add(Math.max(0, at - since));
        }
    }

    private void runs(String job) {
        waiting.remove(job);
        running.add(job);
    }

    private void ended(String job) {
        waiting.remove(job);
        running.remove(job);
        unstarted.remove(job);
    }

    void submissionRefused() {
        refusedSubmissions++;
    }

    /** What came of it. */
    Outlook outlook(GpuPool pool, long endMillis) {
        Outlook.Denied denied = denied(pool);
        return new Outlook(
                coverage.until(endMillis),
                Duration.ofMillis(machines.usefulMillis()),
                new Outlook.Jobs(succeeded, failed, running.size(), waiting.size()),
                waits(),
                denied,
                pool.accounts().all(),
                decided);
    }

    private Outlook.Waits waits() {
        List<Long> sorted = new ArrayList<>(waits);
        Collections.sort(sorted);
        return new Outlook.Waits(
                sorted.size(), rank(sorted, 50), rank(sorted, 90), rank(sorted, 100), unstarted.size());
    }

    /** The smallest that so many of a hundred do not exceed. */
    private static Duration rank(List<Long> sorted, int percent) {
        if (sorted.isEmpty()) {
            return Duration.ZERO;
        }
        int place = (sorted.size() * percent + 99) / 100 - 1;
        return Duration.ofMillis(sorted.get(Math.max(0, place)));
    }

    private Outlook.Denied denied(GpuPool pool) {
        int jobs = 0;
        long work = 0;
        int asked = 0;
        TreeMap<String, Boolean> alike = new TreeMap<>();
        for (String id : waiting) {
            Work known = machines.work(id);
            String like = known.kind();
            Boolean forQuota = alike.get(like);
            if (forQuota == null || asked < MOST_QUESTIONS) {
                asked++;
                forQuota = heldByQuota(pool, id);
                alike.put(like, forQuota);
            }
            if (forQuota) {
                jobs++;
                work += known.total();
            }
        }
        return new Outlook.Denied(jobs, Duration.ofMillis(work), refusedSubmissions, machines.refusedSessions());
    }

    /** Quota keeps it from a worker that is here, or workers away while none that is here is only busy. */
    private boolean heldByQuota(GpuPool pool, String id) {
        TreeSet<Reason.Code> codes = new TreeSet<>();
        pool.explain(id).reasons().forEach(reason -> codes.add(reason.code()));
        return codes.contains(Reason.Code.QUOTA) || (!codes.contains(Reason.Code.BUSY) && machines.isAnyShortOfQuota());
    }
}
