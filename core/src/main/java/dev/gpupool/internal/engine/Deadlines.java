package dev.gpupool.internal.engine;

import dev.gpupool.spi.clock.Cancellable;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** What is to be done when, on the ticker: one alarm of the clock for all of it. The caller holds the pool's lock. */
final class Deadlines {
    /** So many called-off tasks are no reason to clear up. */
    private static final int FEW = 1_000;

    /** One task with its time; equal times run in the order in which they were set. */
    static final class Deadline implements Comparable<Deadline> {
        private final Deadlines owner;
        private final long at;
        private final long sequence;
        private @Nullable Runnable task;

        Deadline(Deadlines owner, long at, long sequence, Runnable task) {
            this.owner = owner;
            this.at = at;
            this.sequence = sequence;
            this.task = task;
        }

        void cancel() {
            if (task != null) {
                task = null;
                owner.calledOff++;
            }
        }

        long at() {
            return at;
        }

        /** Grows with each that is set. */
        long sequence() {
            return sequence;
        }

        @Override
        public int compareTo(Deadline other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
        }
    }

    private final PoolTime time;
    private final Runnable wake;
    private final PriorityQueue<Deadline> queue = new PriorityQueue<>();
    /** What was set for the instant at which it was set, in order: the heap would carry it to its top and back. */
    private final ArrayDeque<Deadline> now = new ArrayDeque<>();

    private long sequence;
    /** How many of the tasks in the queue were called off; they would wait there for their time. */
    private int calledOff;

    private @Nullable Cancellable alarm;
    private long alarmAt = Long.MAX_VALUE;

    /**
     * Sets up an empty list.
     *
     * @param wake called by the clock, without the lock, when something may be due
     */
    Deadlines(PoolTime time, Runnable wake) {
        this.time = time;
        this.wake = wake;
    }

    Deadline at(long tick, Runnable task) {
        Deadline deadline = new Deadline(this, tick, sequence++, task);
        if (calledOff > FEW + queue.size() / 2) {
            queue.removeIf(known -> known.task == null);
            now.removeIf(known -> known.task == null);
            calledOff = 0;
        }
        if (tick == time.tick()) {
            now.add(deadline);
        } else {
            queue.add(deadline);
        }
        return deadline;
    }

    Deadline after(long millis, Runnable task) {
        return at(time.tick() + millis, task);
    }

    /** Before when nothing is due, on the ticker. */
    long next() {
        Deadline first = first();
        return first == null ? Long.MAX_VALUE : first.at;
    }

    /** Runs what is due. What a task sets for now runs in the same call. */
    void runDue() {
        long tick = time.tick();
        Deadline first = first();
        while (first != null && (first.at <= tick || first.task == null)) {
            Runnable task = take(first);
            if (task != null) {
                task.run();
            }
            first = first();
        }
    }

    private @Nullable Deadline first() {
        Deadline sooner = now.peek();
        Deadline later = queue.peek();
        return sooner == null || (later != null && later.compareTo(sooner) < 0) ? later : sooner;
    }

    /** Takes the first out of its queue, with its task unless that was called off. */
    @SuppressWarnings("ReferenceEquality") // the very one that is first
    private @Nullable Runnable take(Deadline first) {
        if (now.peek() == first) {
            now.poll();
        } else {
            queue.poll();
        }
        Runnable task = first.task;
        if (task == null) {
            calledOff--;
        }
        first.task = null;
        return task;
    }

    /** Makes sure that the clock wakes the pool for the earliest task. */
    void arm() {
        Deadline first = first();
        while (first != null && first.task == null) {
            take(first);
            first = first();
        }
        if (first == null || first.at >= alarmAt) {
            return;
        }
        disarm();
        alarmAt = first.at;
        // A millisecond is the unit here and the ticker's is finer: never wake before the deadline's own millisecond.
        alarm = time.clock().schedule(Duration.ofMillis(Math.max(0, first.at - time.tick())), this::ring);
    }

    private void ring() {
        wake.run();
    }

    /** The alarm has rung: the next {@link #arm()} sets a new one. */
    void rang() {
        if (alarmAt <= time.tick()) {
            alarmAt = Long.MAX_VALUE;
            alarm = null;
        }
    }

    void disarm() {
        if (alarm != null) {
            alarm.cancel();
            alarm = null;
        }
        alarmAt = Long.MAX_VALUE;
    }
}
