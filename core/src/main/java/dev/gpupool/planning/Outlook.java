package dev.gpupool.planning;

import dev.gpupool.PoolEvent;
import dev.gpupool.quota.QuotaView;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What comes of a pool within a horizon.
 *
 * @param coverage the sessions online
 * @param useful the time in which jobs ran for good, summed over the slots in which they ran, whatever they hold of a
 *     machine: until they ended or to their newest checkpoint, or to the end of the horizon for those that run there
 * @param jobs what became of jobs
 * @param waits how long jobs waited for their first start
 * @param denied what could not be had
 * @param accounts every account at the end, by provider, then name
 * @param decided what the pool decided, in order
 */
public record Outlook(
        Coverage coverage,
        Duration useful,
        Jobs jobs,
        Waits waits,
        Denied denied,
        List<QuotaView> accounts,
        List<Decided> decided) {
    /** Copies the lists. */
    public Outlook {
        accounts = List.copyOf(accounts);
        decided = List.copyOf(decided);
    }

    /**
     * The sessions online: begun, and neither ended nor taken for lost.
     *
     * @param least the fewest at any moment
     * @param mean the mean over time
     * @param hours hour by hour from the beginning; the last may be shorter
     */
    public record Coverage(int least, double mean, List<Hour> hours) {
        /** Copies the list. */
        public Coverage {
            hours = List.copyOf(hours);
        }
    }

    /**
     * One hour.
     *
     * @param from when it begins
     * @param least the fewest sessions online at any moment of it
     * @param mean the mean over it
     */
    public record Hour(Instant from, int least, double mean) {}

    /**
     * What became of jobs.
     *
     * @param succeeded how many succeeded
     * @param failed how many failed, were cut off at their limit, or were set aside
     * @param running how many run at the end
     * @param waiting how many wait at the end, for a start or for another one
     */
    public record Jobs(int succeeded, int failed, int running, int waiting) {}

    /**
     * How long jobs waited from their submission, be it before the simulation, to their first start within it.
     *
     * @param started how many jobs started for the first time
     * @param median of those, zero if there is none
     * @param p90 what nine of ten did not exceed, zero if there is none
     * @param longest the longest
     * @param waiting how many never started and wait at the end
     */
    public record Waits(int started, Duration median, Duration p90, Duration longest, int waiting) {}

    /**
     * What could not be had.
     *
     * @param jobs how many jobs wait at the end with safe quota among what stands in their way: of a worker that is
     *     online, or, if none that is could take them later, of workers that it keeps away
     * @param work how much work is left of them
     * @param submissions how many submissions were refused
     * @param sessions how many sessions were refused, or not begun since their accounts had too little safe quota left
     */
    public record Denied(int jobs, Duration work, int submissions, int sessions) {}

    /**
     * One thing that the pool decided, as it would tell its listeners.
     *
     * @param at when
     * @param type what
     * @param jobId the job, or empty
     * @param worker the worker, or empty
     */
    public record Decided(Instant at, PoolEvent.Type type, String jobId, String worker) {
        /**
         * The decision that an event of a pool tells of.
         *
         * @param event the event
         * @return the same without its words
         */
        public static Decided of(PoolEvent event) {
            return new Decided(event.at(), event.type(), event.jobId(), event.worker());
        }
    }
}
