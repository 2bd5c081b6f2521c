package dev.gpupool.internal.engine;

import dev.gpupool.JobState;
import dev.gpupool.internal.record.Doc;
import dev.gpupool.internal.record.Job;
import dev.gpupool.internal.record.JobClass;
import dev.gpupool.internal.select.CapabilityClass;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The queued jobs, by requirement class: only the first of each class need be looked at. The caller holds the pool's
 * lock.
 */
final class JobQueue implements View.Index {
    /** A queued job's place: higher priority first, then older, then id. */
    record Place(int priority, long age, String id) implements Comparable<Place> {
        static Place of(Job job) {
            return new Place(job.spec().priority(), job.age(), job.id());
        }

        @Override
        public int compareTo(Place other) {
            int byPriority = Integer.compare(other.priority, priority);
            if (byPriority != 0) {
                return byPriority;
            }
            int byAge = Long.compare(age, other.age);
            return byAge != 0 ? byAge : id.compareTo(other.id);
        }
    }

    /** Jobs that fit exactly the same workers. */
    static final class ClassQueue {
        private final String name;
        private final TreeSet<Place> places = new TreeSet<>();
        private final List<CapabilityClass<LiveSession>> matches = new ArrayList<>();
        private int matched;
        private long heldUntil = Long.MIN_VALUE;
        private Deadlines.@Nullable Deadline alarm;

        ClassQueue(String name) {
            this.name = name;
        }

        String name() {
            return name;
        }

        TreeSet<Place> places() {
            return places;
        }

        /** The capability classes whose workers can take these jobs. */
        List<CapabilityClass<LiveSession>> matches(Fleet fleet, Job job) {
            List<CapabilityClass<LiveSession>> all = fleet.claims().classes();
            for (; matched < all.size(); matched++) {
                Capability capability = fleet.capabilities().get(matched);
                if (capability.takes(
                        job.tenant(), job.spec().handler(), job.spec().requirements())) {
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

    private final Kernel kernel;
    private final TreeMap<String, ClassQueue> classes = new TreeMap<>();
    private final TreeMap<Place, ClassQueue> heads = new TreeMap<>();
    private final TreeMap<String, Deadlines.Deadline> due = new TreeMap<>();
    private final Command.Source dueCommand;
    private int size;
    private int delayed;
    private boolean changed;

    /**
     * An empty queue.
     *
     * @param dueCommand makes the command that queues a delayed job when it is due
     */
    JobQueue(Kernel kernel, Command.Source dueCommand) {
        this.kernel = kernel;
        this.dueCommand = dueCommand;
    }

    @Override
    public void changed(Entry<? extends Doc> entry, @Nullable Doc before) {
        Doc now = entry.current();
        if (before instanceof Job job) {
            if (job.state() == JobState.QUEUED) {
                remove(job);
            } else if (job.state() == JobState.DELAYED) {
                undelay(job);
            }
        }
        if (now instanceof Job job) {
            if (job.state() == JobState.QUEUED) {
                add(job);
            } else if (job.state() == JobState.DELAYED) {
                delay(job);
            }
        }
    }

    private void add(Job job) {
        ClassQueue queue = classes.computeIfAbsent(JobClass.of(job), ClassQueue::new);
        Place place = Place.of(job);
        Place first = queue.places.isEmpty() ? null : queue.places.first();
        if (!queue.places.add(place)) {
            return;
        }
        size++;
        changed = true;
        if (first == null || place.compareTo(first) < 0) {
            if (first != null) {
                heads.remove(first);
            }
            heads.put(place, queue);
        }
    }

    private void remove(Job job) {
        ClassQueue queue = classes.get(JobClass.of(job));
        Place place = Place.of(job);
        if (queue == null || !queue.places.remove(place)) {
            return;
        }
        size--;
        if (heads.remove(place) != null && !queue.places.isEmpty()) {
            heads.put(queue.places.first(), queue);
        }
        if (queue.places.isEmpty()) {
            classes.remove(queue.name);
        }
    }

    private void delay(Job job) {
        long tick = kernel.time().toTick(job.dueAt());
        Deadlines.Deadline old =
                due.put(job.id(), kernel.deadlines().at(tick, () -> kernel.post(dueCommand.command(job.id()))));
        delayed++;
        if (old != null) {
            old.cancel();
            delayed--;
        }
    }

    private void undelay(Job job) {
        Deadlines.Deadline deadline = due.remove(job.id());
        if (deadline != null) {
            deadline.cancel();
            delayed--;
        }
    }

    int size() {
        return size;
    }

    int delayed() {
        return delayed;
    }

    /** Whether a job was queued since the last call. */
    boolean takeChanged() {
        boolean was = changed;
        changed = false;
        return was;
    }

    /** The queued jobs, best class first. */
    List<String> ids() {
        List<String> ids = new ArrayList<>(size);
        heads.values().forEach(jobs -> jobs.places.forEach(place -> ids.add(place.id())));
        return ids;
    }

    /** The jobs that wait for their next try. */
    List<String> delayedIds() {
        return new ArrayList<>(due.keySet());
    }

    /** The first job of each class, best first. */
    TreeMap<Place, ClassQueue> heads() {
        return heads;
    }

    @Nullable ClassQueue classOf(Job job) {
        return classes.get(JobClass.of(job));
    }

    /** What waits is to be looked at again, without the classes that are held. */
    void markChanged() {
        changed = true;
    }

    /** The fleet changed: selectors are asked again. */
    void release() {
        for (ClassQueue queue : heads.values()) {
            queue.holdUntil(Long.MIN_VALUE);
        }
    }
}
