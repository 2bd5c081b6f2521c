package dev.gpupool.internal.engine;

import dev.gpupool.JobState;
import dev.gpupool.internal.forecast.Demand;
import dev.gpupool.internal.forecast.Presence;
import dev.gpupool.internal.forecast.RunTimes;
import dev.gpupool.internal.record.Doc;
import dev.gpupool.internal.record.Job;
import dev.gpupool.internal.record.Lease;
import dev.gpupool.internal.record.Session;
import dev.gpupool.internal.record.SessionHold;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Learns from what passes through the view, for forecasts alone: no decision asks it. It is this process's own, of
 * bounded size, and begins anew with each start. The caller holds the pool's lock.
 */
final class Experience implements View.Index {
    private static final long MINUTE_MICROS = 60_000_000;

    /** Less progress than this says too little of the whole. */
    private static final double LEAST_FRACTION = 0.005;

    private static final int MOST_TOLD = 4_096;
    private static final int MOST_RECENT = 16_384;

    private final Kernel kernel;
    private final Fleet fleet;
    private final RunTimes runTimes = new RunTimes();
    private final Demand<JobSort> demand;
    private final Presence presence;
    /** Ages of the jobs of the last minute: one that is read again is no new one. */
    private final TreeSet<Long> recent = new TreeSet<>();
    /** How long jobs that were given back will have run in all, by what their progress said. */
    private final TreeMap<String, Long> told = new TreeMap<>();

    Experience(Kernel kernel, Fleet fleet) {
        this.kernel = kernel;
        this.fleet = fleet;
        long now = kernel.time().wall();
        demand = new Demand<>(now);
        presence = new Presence(now);
    }

    RunTimes runTimes() {
        return runTimes;
    }

    Demand<JobSort> demand() {
        return demand;
    }

    Presence presence() {
        return presence;
    }

    /** How long a job will have run in all by what its progress says or said, or 0 if it said nothing. */
    long told(Job job) {
        Lease lease = job.lease();
        LiveSession live = lease == null || !job.running() ? null : fleet.holder(lease.leaseId());
        Slot slot = live == null || lease == null ? null : live.slot(lease.leaseId());
        long says = slot == null || lease == null ? 0 : told(slot, lease.usefulBefore());
        return says > 0 ? says : told.getOrDefault(job.id(), 0L);
    }

    private static long told(Slot slot, long before) {
        double fraction = slot.progress;
        long ran = before + Math.max(0, slot.progressTick - slot.startTick());
        return fraction > LEAST_FRACTION && fraction <= 1 && ran > 0 ? Math.round(ran / fraction) : 0;
    }

    /** Before the fleet forgets the slot: this index is asked first. */
    private void remember(Session before) {
        for (SessionHold hold : before.holds()) {
            Job job = hold.selection() ? null : kernel.view().jobs().doc(hold.jobId());
            LiveSession live = job == null ? null : fleet.session(before.id());
            Slot slot = live == null ? null : live.slot(hold.id());
            Lease lease = job == null ? null : job.lease();
            long says = slot == null || lease == null ? 0 : told(slot, lease.usefulBefore());
            if (says > 0 && job != null && !job.state().isFinal()) {
                told.put(job.id(), says);
                if (told.size() > MOST_TOLD) {
                    told.pollFirstEntry();
                }
            }
        }
    }

    @Override
    public void changed(Entry<? extends Doc> entry, @Nullable Doc before) {
        Doc now = entry.current();
        if (now instanceof Job job) {
            jobChanged(job, (Job) before);
        } else if (now instanceof Session || before instanceof Session) {
            sessionChanged((Session) now, (Session) before);
        }
    }

    private void jobChanged(Job job, @Nullable Job before) {
        if (before == null) {
            if (job.state() == JobState.QUEUED && job.attempt() == 0 && isNew(job.age())) {
                demand.came(kernel.time().wall(), JobSort.of(job));
            }
        } else if (before.running() && cameToItsEnd(job.state())) {
            Lease lease = before.issued();
            long ran = Math.max(0, kernel.time().wall() - lease.startedAt());
            runTimes.ended(JobSort.of(before).runs(), job.spec().limitMillis(), lease.usefulBefore() + ran);
        }
        if (job.state().isFinal() || job.state() == JobState.DELAYED) {
            told.remove(job.id());
        }
    }

    /** A failure ends a run as well as a success does: for who waits it is all the same. */
    private static boolean cameToItsEnd(JobState state) {
        return state == JobState.SUCCEEDED || state == JobState.FAILED || state == JobState.DELAYED;
    }

    private boolean isNew(long age) {
        long since = kernel.time().wall() * 1_000 - MINUTE_MICROS;
        recent.headSet(since).clear();
        if (recent.size() > MOST_RECENT) {
            recent.pollFirst();
        }
        return age >= since && recent.add(age);
    }

    private void sessionChanged(@Nullable Session now, @Nullable Session before) {
        Session was = before != null && before.live() ? before : null;
        Session is = now != null && now.live() ? now : null;
        if (was != null && (is == null || is.holds().size() < was.holds().size())) {
            remember(was);
        }
        if (is != null && was == null) {
            long at = kernel.time().wall();
            presence.came(is.worker(), is.id(), at, Math.max(0, at - is.startedAt()));
        } else if (was != null && is == null) {
            long end = kernel.time().wall();
            long planned = was.usableMillis() < 0 ? Long.MAX_VALUE : was.startedAt() + was.usableMillis();
            boolean early = end < planned - Presence.EARLY && !was.drainReason().equals("QUOTA");
            presence.went(was.worker(), was.id(), end, early);
        }
    }
}
