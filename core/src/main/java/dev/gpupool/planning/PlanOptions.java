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

    private final Builder values;

    private PlanOptions(Builder values) {
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
    public static Builder builder() {
        return new Builder();
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

    /** Builds options. Each value is checked at once. Not thread-safe. */
    public static final class Builder {
        private String tenant = JobRequest.DEFAULT_TENANT;
        private Duration length = DEFAULT_LENGTH;
        private Duration step = PlanRequest.DEFAULT_STEP;
        private Duration handOver = PlanRequest.DEFAULT_HAND_OVER;
        private Duration startLead = PlanRequest.DEFAULT_START_LEAD;
        private Duration rest = Duration.ZERO;
        private double busy = 1;
        private @Nullable Target target;
        private Map<String, List<StartWindow>> windows = new TreeMap<>();
        private Map<String, Instant> away = new TreeMap<>();
        private List<StartWindow> everyone = List.of();
        private Duration endNotice = DEFAULT_END_NOTICE;
        private Duration missedAfter = DEFAULT_MISSED_AFTER;
        private int effort = PlanRequest.DEFAULT_EFFORT;
        private ZoneId zone = ZoneOffset.UTC;

        private Builder() {}

        /**
         * Sets whose workers are planned for; {@code default} unless set.
         *
         * @param tenant its name
         * @return this
         */
        public Builder tenant(String tenant) {
            this.tenant = Require.name("plan.tenant", tenant);
            return this;
        }

        /**
         * Sets how far ahead is planned.
         *
         * @param length whole steps, at most {@link PlanRequest#MAX_LENGTH}
         * @return this
         */
        public Builder length(Duration length) {
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
        public Builder step(Duration step) {
            this.step = Require.positive("plan.step", step);
            return this;
        }

        /**
         * Sets how long a new session costs quota before it counts.
         *
         * @param handOver not negative
         * @return this
         */
        public Builder handOver(Duration handOver) {
            this.handOver = Require.notNegative("plan.handOver", handOver);
            return this;
        }

        /**
         * Sets how soon a start that nobody knows of yet can count.
         *
         * @param startLead not negative
         * @return this
         */
        public Builder startLead(Duration startLead) {
            this.startLead = Require.notNegative("plan.startLead", startLead);
            return this;
        }

        /**
         * Sets the least time between a worker's sessions; zero unless set.
         *
         * @param rest not negative
         * @return this
         */
        public Builder rest(Duration rest) {
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
        public Builder busy(double busy) {
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
        public Builder target(Target target) {
            this.target = Require.notNull("plan.target", target);
            return this;
        }

        /**
         * Sets when sessions may be started, of workers that have no windows of their own.
         *
         * @param windows when
         * @return this
         */
        public Builder windows(StartWindow... windows) {
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
        public Builder windows(String worker, StartWindow... windows) {
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
        public Builder away(String worker, Instant until) {
            this.away.put(Require.name("plan.away worker", worker), Require.notNull("plan.away until", until));
            return this;
        }

        /**
         * Sets how long before a planned end it is told.
         *
         * @param notice not negative
         * @return this
         */
        public Builder endNotice(Duration notice) {
            this.endNotice = Require.notNegative("plan.endNotice", notice);
            return this;
        }

        /**
         * Sets how long after a planned start a session counts as missed.
         *
         * @param after positive
         * @return this
         */
        public Builder missedAfter(Duration after) {
            this.missedAfter = Require.positive("plan.missedAfter", after);
            return this;
        }

        /**
         * Sets how much is tried.
         *
         * @param effort at least 1
         * @return this
         */
        public Builder effort(int effort) {
            this.effort = Require.between("plan.effort", effort, 1, 1_000_000);
            return this;
        }

        /**
         * Sets in which zone people read the plan; UTC unless set.
         *
         * @param zone the zone
         * @return this
         */
        public Builder zone(ZoneId zone) {
            this.zone = Require.notNull("plan.zone", zone);
            return this;
        }

        /**
         * Makes the options.
         *
         * @return a copy of what was set
         */
        public PlanOptions build() {
            Builder copy = new Builder();
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
            copy.effort = effort;
            copy.zone = zone;
            return new PlanOptions(copy);
        }
    }
}
