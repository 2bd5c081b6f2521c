package dev.gpupool.internal.engine;

import dev.gpupool.internal.record.Job;
import dev.gpupool.spi.storage.Cursor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How much of one stored state of the queue is in memory: all, or what comes up to a frontier. Such a state is one
 * requirement class, or by a chance of 2^-64 two. The caller holds the pool's lock.
 */
final class QueuePart {
    private static final int LOW = QueueWindow.MOST / 5;

    private final String state;
    private final List<ClassQueue> classes = new ArrayList<>(1);
    private JobQueue.@Nullable Place last;
    private @Nullable Cursor frontier;
    private int jobs;
    private long bytes;
    private boolean reading;

    QueuePart(String state) {
        this.state = state;
    }

    String state() {
        return state;
    }

    List<ClassQueue> classes() {
        return classes;
    }

    boolean isWhole() {
        return last == null;
    }

    /** Whether every job up to a place is here. */
    boolean covers(JobQueue.Place place) {
        return last == null || place.compareTo(last) <= 0;
    }

    /** The last place up to which every job is here; {@code null} if all are. */
    JobQueue.@Nullable Place last() {
        return last;
    }

    /** Where the part that is only in storage begins; {@code null} if there is none. */
    @Nullable Cursor frontier() {
        return frontier;
    }

    /** All jobs up to this one are here, and there may be more. */
    void endAt(Job job) {
        last = JobQueue.Place.of(job);
        frontier = new Cursor(job.storedState(), job.sortKey(), job.id());
    }

    /** All jobs are here. */
    void endNowhere() {
        last = null;
        frontier = null;
    }

    void added(Job job) {
        jobs++;
        bytes += QueueWindow.bytes(job);
    }

    void removed(Job job) {
        jobs--;
        bytes -= QueueWindow.bytes(job);
    }

    /** Whether the next ones are to be read: few are here, or none that is not behind the frontier. */
    boolean isLow() {
        boolean few = jobs < LOW && bytes < QueueWindow.MOST_BYTES / 2;
        return last != null && !reading && (few || classes.stream().allMatch(queue -> queue.first() == null));
    }

    /** Whether there is so much here that some is to be forgotten. */
    boolean isFull() {
        return isOver(2);
    }

    /** Whether there is more here than is worth having. */
    boolean isOver(int times) {
        return classes.size() == 1
                && jobs > 1
                && (jobs > times * QueueWindow.MOST || bytes > times * QueueWindow.MOST_BYTES);
    }

    boolean isReading() {
        return reading;
    }

    void reading(boolean now) {
        reading = now;
    }
}
