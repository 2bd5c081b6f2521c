package dev.gpupool.internal.forecast;

import org.jspecify.annotations.Nullable;

/**
 * Something that happens within a play. Of what happens at one instant the order of {@link Type} decides, then who was
 * first.
 *
 * @param at when
 * @param type what
 * @param order grows
 * @param index the account's, worker's or day's
 * @param until when a session that comes would end by itself
 * @param run which run of the task ends
 * @param task the job
 */
record Event(
        long at,
        Type type,
        long order,
        int index,
        long until,
        int run,
        @Nullable Task task) implements Comparable<Event> {
    /** What happens. */
    enum Type {
        RESET,
        END,
        LEAVE,
        COME,
        QUEUE,
        JOB,
        DAY
    }

    /** The job that it is about. */
    Task job() {
        if (task == null) {
            throw new IllegalStateException(type + " at " + at + " is about no job");
        }
        return task;
    }

    @Override
    public int compareTo(Event other) {
        int byTime = Long.compare(at, other.at);
        if (byTime != 0) {
            return byTime;
        }
        int byType = type.compareTo(other.type);
        return byType != 0 ? byType : Long.compare(order, other.order);
    }
}
