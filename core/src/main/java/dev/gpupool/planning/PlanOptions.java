package dev.gpupool.planning;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a plan from a pool's present state on is wanted for. What the pool knows (workers, sessions, policies, what is left
 * of quotas) it adds itself. Immutable.
 */
public final class PlanOptions {
    /** How far ahead is planned unless set. */
    public static final Duration DEFAULT_LENGTH = Duration.ofDays(7);
    /** How long before a planned end it is told unless set. */
    public static final Duration DEFAULT_END_NOTICE = Duration.ofMinutes(20);
    /** How long after a planned start a session counts as missed unless set. */
    public static final Duration DEFAULT_MISSED_AFTER = Duration.ofMinutes(15);

    private final PlanOptionsBuilder values;

    PlanOptions(PlanOptionsBuilder values) {
        this.values = values;
    }

    /**
     * Everything as it is unless set.
     *
     * @return the defaults
     */
    public static PlanOptions defaults() {
        return builder().build();
    }

    /**
     * Begins options.
     *
     * @return a builder
     */
    public static PlanOptionsBuilder builder() {
        return new PlanOptionsBuilder();
    }

    /**
     * Whose workers are planned for: a tenant's own and the pool's.
     *
     * @return the tenant
     */
    public String tenant() {
        return values.tenant;
    }

    /**
     * How far ahead is planned.
     *
     * @return at most {@link PlanRequest#MAX_LENGTH}
     */
    public Duration length() {
        return values.length;
    }

    /**
     * The grid.
     *
     * @return the step
     */
    public Duration step() {
        return values.step;
    }

    /**
     * How long a new session costs quota before it counts.
     *
     * @return not negative
     */
    public Duration handOver() {
        return values.handOver;
    }

    /**
     * How soon a start that nobody knows of yet can count.
     *
     * @return not negative
     */
    public Duration startLead() {
        return values.startLead;
    }

    /**
     * The least time between a worker's sessions.
     *
     * @return not negative
     */
    public Duration rest() {
        return values.rest;
    }

    /**
     * The part of a session's time in which jobs run, which is what accounts metered by job time pay for.
     *
     * @return above 0, at most 1
     */
    public double busy() {
        return values.busy;
    }

    /**
     * How many workers are to be online.
     *
     * @return the target, or {@code null} for as many as there is quota for
     */
    public @Nullable Target target() {
        return values.target;
    }

    /**
     * When a worker's sessions may be started.
     *
     * @param worker its name
     * @return its windows, or those of all; empty for any time
     */
    public List<StartWindow> windows(String worker) {
        return values.windows.getOrDefault(worker, values.everyone);
    }

    /**
     * Until when a worker is away.
     *
     * @param worker its name
     * @return the instant, or {@code null}
     */
    public @Nullable Instant awayUntil(String worker) {
        return values.away.get(worker);
    }

    /**
     * The workers of which something is said.
     *
     * @return their names
     */
    public List<String> named() {
        TreeMap<String, Object> names = new TreeMap<>(values.windows);
        names.putAll(values.away);
        return List.copyOf(names.keySet());
    }

    /**
     * How long before a planned end it is told.
     *
     * @return not negative
     */
    public Duration endNotice() {
        return values.endNotice;
    }

    /**
     * How long after a planned start a session counts as missed.
     *
     * @return positive
     */
    public Duration missedAfter() {
        return values.missedAfter;
    }

    /**
     * Whether sessions are drained where the plan ends them.
     *
     * @return false unless set
     */
    public boolean endSessions() {
        return values.endSessions;
    }

    /**
     * How much is tried.
     *
     * @return see {@link PlanRequest#effort()}
     */
    public int effort() {
        return values.effort;
    }

    /**
     * In which zone people read the plan.
     *
     * @return the zone
     */
    public ZoneId zone() {
        return values.zone;
    }
}
