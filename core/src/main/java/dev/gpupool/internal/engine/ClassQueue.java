package dev.gpupool.internal.engine;

import dev.gpupool.internal.record.Job;
import dev.gpupool.internal.select.CapabilityClass;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Queued jobs that fit exactly the same workers, as far as they are in memory. The caller holds the pool's lock. */
final class ClassQueue {
    private final String name;
    private final QueuePart part;
    private final TreeSet<JobQueue.Place> places = new TreeSet<>();
    private final List<CapabilityClass<LiveSession>> matches = new ArrayList<>();
    private JobQueue.@Nullable Place head;
    private int matched;
    private long heldUntil = Long.MIN_VALUE;
    private Deadlines.@Nullable Deadline alarm;

    ClassQueue(String name, QueuePart part) {
        this.name = name;
        this.part = part;
    }

    String name() {
        return name;
    }

    QueuePart part() {
        return part;
    }

    TreeSet<JobQueue.Place> places() {
        return places;
    }

    /** The one that is listed as first. */
    JobQueue.@Nullable Place head() {
        return head;
    }

    void head(JobQueue.@Nullable Place next) {
        head = next;
    }

    /** The one that comes first; {@code null} while those that come before all that are here are only in storage. */
    JobQueue.@Nullable Place first() {
        return places.isEmpty() || !part.covers(places.first()) ? null : places.first();
    }

    /** Those that are here with all that come before them. */
    NavigableSet<JobQueue.Place> covered() {
        JobQueue.Place last = part.last();
        return last == null ? places : places.headSet(last, true);
    }

    /** The capability classes whose workers can take these jobs. */
    List<CapabilityClass<LiveSession>> matches(Fleet fleet, Job job) {
        List<CapabilityClass<LiveSession>> all = fleet.claims().classes();
        for (; matched < all.size(); matched++) {
            Capability capability = fleet.capabilities().get(matched);
            if (capability.takes(job.tenant(), job.spec().handler(), job.spec().requirements())) {
                matches.add(all.get(matched));
            }
        }
        return matches;
    }

    /** Sets, or moves, the one time at which these jobs are looked at again. */
    void wake(Deadlines deadlines, long tick, Runnable look) {
        if (alarm != null && alarm.at() == tick) {
            return;
        }
        if (alarm != null) {
            alarm.cancel();
        }
        alarm = deadlines.at(tick, look);
    }

    /** Until when the host's selector is not asked again, on the ticker. */
    long heldUntil() {
        return heldUntil;
    }

    void holdUntil(long tick) {
        heldUntil = tick;
    }
}
