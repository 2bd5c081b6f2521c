package dev.gpupool.planning;

import dev.gpupool.JobRequest;
import dev.gpupool.spi.internal.Require;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Builds options. Each value is checked at once. Not thread-safe. */
public final class PlanOptionsBuilder {
    String tenant = JobRequest.DEFAULT_TENANT;
    Duration length = PlanOptions.DEFAULT_LENGTH;
    Duration step = PlanRequest.DEFAULT_STEP;
    Duration handOver = PlanRequest.DEFAULT_HAND_OVER;
    Duration startLead = PlanRequest.DEFAULT_START_LEAD;
    Duration rest = Duration.ZERO;
    double busy = 1;

    @Nullable Target target;

    Map<String, List<StartWindow>> windows = new TreeMap<>();
    Map<String, Instant> away = new TreeMap<>();
    List<StartWindow> everyone = List.of();
    Duration endNotice = PlanOptions.DEFAULT_END_NOTICE;
    Duration missedAfter = PlanOptions.DEFAULT_MISSED_AFTER;
    boolean endSessions;
    int effort = PlanRequest.DEFAULT_EFFORT;
    ZoneId zone = ZoneOffset.UTC;

    PlanOptionsBuilder() {}

    /**
     * Sets whose workers are planned for; {@code default} unless set.
     *
     * @param tenant its name
     * @return this
     */
    public PlanOptionsBuilder tenant(String tenant) {
        this.tenant = Require.name("plan.tenant", tenant);
        return this;
    }

    /**
     * Sets how far ahead is planned.
     *
     * @param length whole steps, at most {@link PlanRequest#MAX_LENGTH}
     * @return this
     */
    public PlanOptionsBuilder length(Duration length) {
        this.length = Require.positive("plan.length", length);
        if (length.compareTo(PlanRequest.MAX_LENGTH) > 0) {
            throw new IllegalArgumentException(
                    "plan.length must be at most " + PlanRequest.MAX_LENGTH + ", but was " + length);
        }
        return this;
    }

    /**
     * Sets the grid.
     *
     * @param step divides 15 minutes
     * @return this
     */
    public PlanOptionsBuilder step(Duration step) {
        this.step = Require.positive("plan.step", step);
        return this;
    }

    /**
     * Sets how long a new session costs quota before it counts.
     *
     * @param handOver not negative
     * @return this
     */
    public PlanOptionsBuilder handOver(Duration handOver) {
        this.handOver = Require.notNegative("plan.handOver", handOver);
        return this;
    }

    /**
     * Sets how soon a start that nobody knows of yet can count.
     *
     * @param startLead not negative
     * @return this
     */
    public PlanOptionsBuilder startLead(Duration startLead) {
        this.startLead = Require.notNegative("plan.startLead", startLead);
        return this;
    }

    /**
     * Sets the least time between a worker's sessions; zero unless set.
     *
     * @param rest not negative
     * @return this
     */
    public PlanOptionsBuilder rest(Duration rest) {
        this.rest = Require.notNegative("plan.rest", rest);
        return this;
    }

    /**
     * Sets the part of a session's time in which jobs run; 1 unless set, so that sessions that are always busy do not
     * overrun their quota. It counts for accounts metered by job time.
     *
     * @param busy above 0, at most 1
     * @return this
     */
    public PlanOptionsBuilder busy(double busy) {
        if (!(busy > 0 && busy <= 1)) {
            throw new IllegalArgumentException("plan.busy must be above 0 and at most 1, but was " + busy);
        }
        this.busy = busy;
        return this;
    }

    /**
     * Sets how many workers are to be online; as many as there is quota for unless set.
     *
     * @param target the number
     * @return this
     */
    public PlanOptionsBuilder target(Target target) {
        this.target = Require.notNull("plan.target", target);
        return this;
    }

    /**
     * Sets when sessions may be started, of workers that have no windows of their own.
     *
     * @param windows when
     * @return this
     */
    public PlanOptionsBuilder windows(StartWindow... windows) {
        this.everyone = List.of(windows);
        return this;
    }

    /**
     * Sets when a worker's sessions may be started.
     *
     * @param worker its name
     * @param windows when
     * @return this
     */
    public PlanOptionsBuilder windows(String worker, StartWindow... windows) {
        this.windows.put(Require.name("plan.windows worker", worker), List.of(windows));
        return this;
    }

    /**
     * Says that a worker is away: it has no session before an instant.
     *
     * @param worker its name
     * @param until when it is back
     * @return this
     */
    public PlanOptionsBuilder away(String worker, Instant until) {
        this.away.put(Require.name("plan.away worker", worker), Require.notNull("plan.away until", until));
        return this;
    }

    /**
     * Sets how long before a planned end it is told.
     *
     * @param notice not negative
     * @return this
     */
    public PlanOptionsBuilder endNotice(Duration notice) {
        this.endNotice = Require.notNegative("plan.endNotice", notice);
        return this;
    }

    /**
     * Sets how long after a planned start a session counts as missed.
     *
     * @param after positive
     * @return this
     */
    public PlanOptionsBuilder missedAfter(Duration after) {
        this.missedAfter = Require.positive("plan.missedAfter", after);
        return this;
    }

    /**
     * Sets whether sessions are drained where the plan ends them; not unless set, so that whoever follows a plan is only
     * told. A session that goes on is planned with again a little later.
     *
     * @param endSessions whether the pool ends them
     * @return this
     */
    public PlanOptionsBuilder endSessions(boolean endSessions) {
        this.endSessions = endSessions;
        return this;
    }

    /**
     * Sets how much is tried.
     *
     * @param effort at least 1
     * @return this
     */
    public PlanOptionsBuilder effort(int effort) {
        this.effort = Require.between("plan.effort", effort, 1, 1_000_000);
        return this;
    }

    /**
     * Sets in which zone people read the plan; UTC unless set.
     *
     * @param zone the zone
     * @return this
     */
    public PlanOptionsBuilder zone(ZoneId zone) {
        this.zone = Require.notNull("plan.zone", zone);
        return this;
    }

    /**
     * Makes the options.
     *
     * @return a copy of what was set
     */
    public PlanOptions build() {
        PlanOptionsBuilder copy = new PlanOptionsBuilder();
        copy.tenant = tenant;
        copy.length = length;
        copy.step = step;
        copy.handOver = handOver;
        copy.startLead = startLead;
        copy.rest = rest;
        copy.busy = busy;
        copy.target = target;
        copy.windows = Collections.unmodifiableMap(new TreeMap<>(windows));
        copy.away = Collections.unmodifiableMap(new TreeMap<>(away));
        copy.everyone = everyone;
        copy.endNotice = endNotice;
        copy.missedAfter = missedAfter;
        copy.endSessions = endSessions;
        copy.effort = effort;
        copy.zone = zone;
        return new PlanOptions(copy);
    }
}
