package dev.gpupool.internal.engine;

import dev.gpupool.internal.record.Job;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** The jobs that wait, of all classes and also those that wait for their next try, in the order of the queue. */
final class QueueOrder {
    private final Kernel kernel;
    private final PriorityQueue<Line> lines = new PriorityQueue<>();

    /** One class, from a job of it on. */
    private record Line(JobQueue.Place first, Iterator<JobQueue.Place> rest) implements Comparable<Line> {
        @Override
        public int compareTo(Line other) {
            return first.compareTo(other.first);
        }
    }

    QueueOrder(Kernel kernel, JobQueue queue) {
        this.kernel = kernel;
        queue.heads().values().forEach(jobs -> add(jobs.covered().iterator()));
        for (String id : queue.delayedIds()) {
            Job job = kernel.view().jobs().doc(id);
            if (job != null) {
                add(List.of(JobQueue.Place.of(job)).iterator());
            }
        }
    }

    private void add(Iterator<JobQueue.Place> places) {
        if (places.hasNext()) {
            lines.add(new Line(places.next(), places));
        }
    }

    /** The next one, or {@code null} behind the last. */
    @Nullable Job next() {
        Job job = null;
        while (job == null && !lines.isEmpty()) {
            Line line = lines.remove();
            job = kernel.view().jobs().doc(line.first().id());
            add(line.rest());
        }
        return job;
    }

    /** The next ones. */
    List<Job> next(int most) {
        List<Job> jobs = new ArrayList<>();
        for (Job job = next(); job != null; job = next()) {
            jobs.add(job);
            if (jobs.size() == most) {
                return jobs;
            }
        }
        return jobs;
    }
}
