package dev.gpupool.planning;

import dev.gpupool.JobRequest;
import dev.gpupool.spi.internal.Require;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What comes to a pool in a simulation, and how long jobs take there.
 *
 * <p>By itself nothing is submitted, and a worker whose session ended in order begins another one after its rest, or, if
 * its account has too little safe quota for a job's useful slice, when its window begins anew. A worker for which starts
 * are given begins at these times alone. One that was lost, or stayed away longer than its rest, does not come back by
 * itself.
 *
 * @param submissions the jobs to come, in order of their times
 * @param starts when sessions begin, in order of their times
 * @param runTimes how much work the jobs are that the pool has now, by their ids; the limit of those that are not named
 * @param rest how long a worker stays away between two sessions; 15 min unless set
 * @param checkpointEvery how much work of a resumable job lies between two checkpoints; 30 min unless set
 */
public record Workload(
        List<Submission> submissions,
        List<Start> starts,
        SortedMap<String, Duration> runTimes,
        Duration rest,
        Duration checkpointEvery) {
    /** The rest unless set. */
    public static final Duration DEFAULT_REST = Duration.ofMinutes(15);

    /** The work between two checkpoints unless set. */
    public static final Duration DEFAULT_CHECKPOINT_EVERY = Duration.ofMinutes(30);

    private static final int MOST = 1_000_000;

    /**
     * A job to come.
     *
     * @param after how long after the beginning of the simulation it is submitted
     * @param request what is asked for
     * @param runTime how much work it is
     */
    public record Submission(Duration after, JobRequest request, Duration runTime) {
        /**
         * Checks the ranges.
         *
         * @throws IllegalArgumentException if the time is negative, there is no request, or the run time is not
         *     positive
         */
        public Submission {
            Require.notNegative("submission.after", after);
            Require.notNull("submission.request", request);
            Require.positive("submission.runTime", runTime);
        }
    }

    /**
     * The begin of a session. It does nothing while the worker has one.
     *
     * @param after how long after the beginning of the simulation
     * @param worker the worker's name
     */
    public record Start(Duration after, String worker) {
        /**
         * Checks the ranges.
         *
         * @throws IllegalArgumentException if the time is negative, or the worker is no name
         */
        public Start {
            Require.notNegative("start.after", after);
            Require.name("start.worker", worker);
        }
    }

    /**
     * Checks the ranges and sorts by time.
     *
     * @throws IllegalArgumentException if a duration is out of range, or there are too many entries
     */
    public Workload {
        submissions = Require.atMost("workload.submissions", submissions, MOST).stream()
                .sorted(java.util.Comparator.comparing(Submission::after))
                .toList();
        starts = Require.atMost("workload.starts", starts, MOST).stream()
                .sorted(java.util.Comparator.comparing(Start::after))
                .toList();
        runTimes = Collections.unmodifiableSortedMap(new TreeMap<>(runTimes));
        runTimes.forEach((id, length) -> Require.positive("workload.runTimes." + id, length));
        Require.notNegative("workload.rest", rest);
        Require.positive("workload.checkpointEvery", checkpointEvery);
    }

    /**
     * Only what the pool has now.
     *
     * @return a workload in which nothing is submitted
     */
    public static Workload present() {
        return builder().build();
    }

    /**
     * Begins a workload.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects what is to come, each thing checked at once. Not thread-safe. */
    public static final class Builder {
        private final List<Submission> submissions = new ArrayList<>();
        private final List<Start> starts = new ArrayList<>();
        private final TreeMap<String, Duration> runTimes = new TreeMap<>();
        private Duration rest = DEFAULT_REST;
        private Duration checkpointEvery = DEFAULT_CHECKPOINT_EVERY;

        private Builder() {}

        /**
         * Adds a job to come.
         *
         * @param after how long after the beginning of the simulation it is submitted, zero or more
         * @param request what is asked for
         * @param runTime how much work it is, positive; what lies beyond its limit is cut off by the pool
         * @return this
         */
        public Builder submit(Duration after, JobRequest request, Duration runTime) {
            submissions.add(new Submission(after, request, runTime));
            return this;
        }

        /**
         * Adds the begin of a session.
         *
         * @param after how long after the beginning of the simulation, zero or more
         * @param worker the worker's name
         * @return this
         */
        public Builder start(Duration after, String worker) {
            starts.add(new Start(after, worker));
            return this;
        }

        /**
         * Says how much work a job is that the pool has now.
         *
         * @param jobId its id; one that the pool has not is ignored, since it may have ended meanwhile
         * @param runTime the work in all, positive
         * @return this
         */
        public Builder runTime(String jobId, Duration runTime) {
            runTimes.put(Require.ascii("runTime.jobId", jobId, 100), Require.positive("runTime.runTime", runTime));
            return this;
        }

        /**
         * Sets how long workers stay away between two sessions.
         *
         * @param value zero or more
         * @return this
         */
        public Builder rest(Duration value) {
            rest = Require.notNegative("workload.rest", value);
            return this;
        }

        /**
         * Sets how much work of a resumable job lies between two checkpoints.
         *
         * @param value positive
         * @return this
         */
        public Builder checkpointEvery(Duration value) {
            checkpointEvery = Require.positive("workload.checkpointEvery", value);
            return this;
        }

        /**
         * Makes it.
         *
         * @return the workload
         */
        public Workload build() {
            return new Workload(submissions, starts, runTimes, rest, checkpointEvery);
        }
    }
}
