package dev.gpupool.internal.forecast;

import dev.gpupool.internal.ledger.QuotaLimits;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The pool at one moment, as far as forecasts ask. Instants are epoch milliseconds, lengths milliseconds. Its lists are
 * not copied: whoever makes one leaves them alone.
 *
 * @param now the moment
 * @param leastMillis the least that any job is placed for: what is less than that of a quota is as good as used up
 * @param purses the accounts
 * @param posts the workers, online or not
 * @param kinds the sorts of requirements
 * @param shapes how much of their limit jobs run
 * @param waiting the jobs that wait, in the order of the queue
 * @param running the jobs that run
 * @param flow the jobs that are expected to come
 * @param earlyEndsPerHour how often a session ends before anyone planned it
 */
public record Picture(
        long now,
        long leastMillis,
        List<Purse> purses,
        List<Post> posts,
        List<Kind> kinds,
        List<Shape> shapes,
        List<Waiting> waiting,
        List<Running> running,
        Flow flow,
        double earlyEndsPerHour) {
    /**
     * An account.
     *
     * @param id its id
     * @param limits its limits
     * @param bySession whether its provider meters sessions
     * @param left what its window still has, running jobs and their holds not yet taken off from their own start on
     */
    public record Purse(String id, QuotaLimits limits, boolean bySession, long left) {}

    /**
     * A worker.
     *
     * @param purse its account's index
     * @param slots how many jobs it runs at a time
     * @param usable how long a new session of it may be used, or -1 for no end
     * @param lead how long before its end a session drains
     * @param live its session now, or {@code null} while it is away
     * @param past when it came and went
     * @param pick its place in the pick order: less goes first
     */
    public record Post(
            int purse,
            int slots,
            long usable,
            long lead,
            @Nullable Live live,
            Past past,
            long pick) {}

    /**
     * A session that lasts.
     *
     * @param stop when it must have ended, or {@link Long#MAX_VALUE}
     * @param accepting whether it takes new work
     * @param free how many of its slots are free
     */
    public record Live(long stop, boolean accepting, int free) {}

    /**
     * Jobs that ask the same of a worker.
     *
     * @param need how much of a session and of quota one must find
     * @param stopLead how much more under a session meter
     * @param resumable whether it goes on from a checkpoint when a session or quota ends
     * @param takers the indexes of the workers that can take it
     */
    public record Kind(long need, long stopLead, boolean resumable, BitSet takers) {}

    /**
     * A job that runs.
     *
     * @param job as it was when its lease began
     * @param post its worker's index
     * @param since when its lease began
     */
    public record Running(Waiting job, int post, long since) {}
}
