package dev.gpupool.internal.engine;

import dev.gpupool.JobState;
import dev.gpupool.internal.record.Doc;
import dev.gpupool.internal.record.DocBody;
import dev.gpupool.internal.record.Job;
import dev.gpupool.internal.record.JobClass;
import dev.gpupool.spi.storage.Cursor;
import dev.gpupool.spi.storage.StoredRecord;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The queued jobs, by requirement class: only the first of each class need be looked at. The caller holds the pool's
 * lock.
 *
 * <p>Of a class with very many jobs those that come first are here, up to a frontier, and the rest is in storage alone:
 *
 * <ol>
 *   <li>A job behind the frontier is forgotten as soon as it is known to be stored.
 *   <li>When few are left, the next ones are read. A class none of whose first jobs are here has no head meanwhile.
 *   <li>While anything of a class is being read nothing of it is forgotten, since the read may have missed it.
 * </ol>
 */
final class JobQueue implements View.Index {
    /** A queued job's place: higher priority first, then older, then id. As the storage orders them. */
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

    private final Kernel kernel;
    private final TreeMap<String, ClassQueue> classes = new TreeMap<>();
    private final TreeMap<String, QueuePart> parts = new TreeMap<>();
    private final TreeMap<Place, ClassQueue> heads = new TreeMap<>();
    private final TreeMap<String, Deadlines.Deadline> due = new TreeMap<>();
    private final Command.Source dueCommand;
    private int size;
    private int delayed;
    private int reads;
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

    /** Once more than is worth having is known to be stored, the last of it is forgotten. */
    @Override
    public void stored(Entry<? extends Doc> entry) {
        if (entry.current() instanceof Job job && job.state() == JobState.QUEUED && entry.settled()) {
            ClassQueue queue = classes.get(JobClass.of(job));
            if (queue == null || reads > 0 || queue.part().isReading()) {
                return;
            }
            if (!queue.part().covers(Place.of(job))) {
                drop(queue, job);
                refill(queue.part());
            } else if (queue.part().isFull()) {
                trim(queue);
            }
        }
    }

    private void add(Job job) {
        String name = JobClass.of(job);
        ClassQueue queue = classes.get(name);
        if (queue == null) {
            QueuePart part = parts.computeIfAbsent(job.storedState(), QueuePart::new);
            queue = new ClassQueue(name, part);
            part.classes().add(queue);
            classes.put(name, queue);
        }
        Place place = Place.of(job);
        if (queue.places().add(place)) {
            size++;
            queue.part().added(job);
            changed |= queue.part().covers(place);
            head(queue);
        }
    }

    private void remove(Job job) {
        ClassQueue queue = classes.get(JobClass.of(job));
        if (queue != null && queue.places().remove(Place.of(job))) {
            size--;
            queue.part().removed(job);
            head(queue);
            refill(queue.part());
            tidy(queue);
        }
    }

    /** Lists the first job of a class whose jobs, or whose frontier, changed. */
    private void head(ClassQueue queue) {
        Place before = queue.head();
        Place now = queue.first();
        if (!Objects.equals(before, now)) {
            if (before != null) {
                heads.remove(before);
            }
            if (now != null) {
                heads.put(now, queue);
            }
            queue.head(now);
        }
    }

    private void tidy(ClassQueue queue) {
        QueuePart part = queue.part();
        if (queue.places().isEmpty() && part.isWhole() && !part.isReading()) {
            classes.remove(queue.name());
            part.classes().remove(queue);
            if (part.classes().isEmpty()) {
                parts.remove(part.state());
            }
        }
    }

    /** The storage has it, and it is far from its turn. */
    private void drop(ClassQueue queue, Job job) {
        if (queue.places().remove(Place.of(job))) {
            size--;
            queue.part().removed(job);
            head(queue);
        }
        // Not at once: whoever asked for it is about to look at it.
        kernel.deadlines().after(0, () -> forget(job.id()));
    }

    private void forget(String id) {
        Entry<Job> entry = kernel.view().jobs().find(id);
        if (entry == null || entry.get().state() != JobState.QUEUED) {
            return;
        }
        Job job = entry.get();
        QueuePart part = parts.get(job.storedState());
        ClassQueue queue = classes.get(JobClass.of(job));
        boolean passed = part == null || part.covers(Place.of(job));
        if (passed || entry.inUse() || !entry.settled()) {
            add(job); // the frontier has moved past it since, or somebody is at it: whoever reads on finds it here
        } else if (queue == null || !queue.places().contains(Place.of(job))) {
            kernel.view().jobs().forget(entry);
        }
    }

    private void refill(QueuePart part) {
        if (part.isLow()) {
            readOn(part);
        }
    }

    private void trim(ClassQueue queue) {
        while (queue.part().isOver(1)) {
            Entry<Job> last = entry(queue.places().last());
            if (last == null || !last.settled()) {
                return; // the frontier stays before nothing that is only here
            }
            drop(queue, last.get());
            Entry<Job> next = entry(queue.places().last());
            // Never forward: what lies between is only in storage.
            if (next != null && queue.part().covers(queue.places().last())) {
                queue.part().endAt(next.get());
            }
        }
        head(queue);
    }

    private @Nullable Entry<Job> entry(Place place) {
        return kernel.view().jobs().find(place.id());
    }

    private void readOn(QueuePart part) {
        Cursor from = part.frontier();
        part.reading(true);
        kernel.committer()
                .read(
                        () -> QueueWindow.after(kernel.storage(), part.state(), from),
                        window -> kernel.post(decision -> {
                            part.reading(false);
                            if (Objects.equals(from, part.frontier())) {
                                take(window);
                            } else {
                                settle(part);
                            }
                        }));
    }

    /** A read of every first window begins: until it ends nothing is forgotten. */
    void beginRead() {
        reads++;
    }

    /** It has ended, with these windows. */
    void endRead(List<QueueWindow> windows) {
        reads--;
        windows.forEach(this::take);
    }

    private void take(QueueWindow window) {
        QueuePart part = parts.computeIfAbsent(window.state(), QueuePart::new);
        boolean others = part.isReading();
        part.reading(true); // so that nothing of the window is forgotten before the frontier is behind it
        try {
            for (StoredRecord record : window.jobs()) {
                kernel.view().refresh(kernel.view().entry(record.key()), record);
            }
        } finally {
            part.reading(others);
        }
        StoredRecord last = window.last();
        if (last == null) {
            part.endNowhere();
        } else if (DocBody.of(last).doc() instanceof Job job) {
            part.endAt(job);
        }
        settle(part);
        changed = true;
    }

    /** After a read, whose frontier may be another one. */
    private void settle(QueuePart part) {
        for (ClassQueue queue : List.copyOf(part.classes())) {
            dropBehind(queue);
            head(queue);
            tidy(queue);
        }
        if (part.classes().isEmpty() && part.isWhole()) {
            parts.remove(part.state());
        }
        refill(part);
    }

    private void dropBehind(ClassQueue queue) {
        if (reads > 0 || queue.part().isReading()) {
            return;
        }
        for (Iterator<Place> behind = queue.places().descendingIterator(); behind.hasNext(); ) {
            Place place = behind.next();
            if (queue.part().covers(place)) {
                return;
            }
            Entry<Job> entry = entry(place);
            if (entry != null && entry.settled()) {
                behind.remove();
                size--;
                queue.part().removed(entry.get());
                kernel.deadlines().after(0, () -> forget(place.id()));
            }
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

    /** How many queued jobs are here. */
    int size() {
        return size;
    }

    /** Whether more are in storage than are here. */
    boolean hasMore() {
        return parts.values().stream().anyMatch(part -> !part.isWhole());
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

    /** The queued jobs that are here. */
    List<String> ids() {
        List<String> ids = new ArrayList<>(size);
        classes.values().forEach(jobs -> jobs.places().forEach(place -> ids.add(place.id())));
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

    /** The classes about which a selector is not asked again before a tick. */
    TreeMap<String, Long> held() {
        TreeMap<String, Long> held = new TreeMap<>();
        for (ClassQueue queue : classes.values()) {
            if (queue.heldUntil() != Long.MIN_VALUE) {
                held.put(queue.name(), queue.heldUntil());
            }
        }
        return held;
    }

    void hold(Map<String, Long> held) {
        held.forEach((name, tick) -> {
            ClassQueue queue = classes.get(name);
            if (queue != null) {
                queue.holdUntil(tick);
            }
        });
    }

    /** The fleet changed: selectors are asked again. */
    void release() {
        for (ClassQueue queue : classes.values()) {
            queue.holdUntil(Long.MIN_VALUE);
        }
    }
}
