package dev.gpupool.planning;

import dev.gpupool.internal.planning.Spans;
import dev.gpupool.quota.Metering;
import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.spi.internal.Require;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Builds a {@link PlanRequest}. Each value is checked at once, what depends on several by {@link #build()}. Not thread-safe. */
public final class PlanRequestBuilder {
    private final List<PlanWorker> workers = new ArrayList<>();
    private final List<Supplier<PlanAccount>> accounts = new ArrayList<>();
    private Instant from = Instant.parse("1970-01-05T00:00:00Z");
    private Duration length = Duration.ofDays(7);
    private boolean cyclic = true;
    private Duration step = PlanRequest.DEFAULT_STEP;
    private Duration handOver = PlanRequest.DEFAULT_HAND_OVER;
    private Duration startLead = PlanRequest.DEFAULT_START_LEAD;
    private @Nullable Target target;
    private List<PlannedSession> previous = List.of();
    private double busy = 1;
    private int effort = PlanRequest.DEFAULT_EFFORT;
    private ZoneId zone = ZoneOffset.UTC;

    PlanRequestBuilder() {}

    /**
     * Adds a worker.
     *
     * @param worker the worker
     * @return this
     */
    public PlanRequestBuilder worker(PlanWorker worker) {
        workers.add(Require.notNull("plan.worker", worker));
        return this;
    }

    /**
     * Adds an account that has the limits of a policy, of which nothing is used yet. In a cyclic plan it has its weekly
     * safe hours times the cycle's part of a week.
     *
     * @param policy its policy
     * @param account its name
     * @return this
     */
    public PlanRequestBuilder account(ProviderPolicy policy, String account) {
        return account(policy, account, Duration.ZERO);
    }

    /**
     * Adds an account that has the limits of a policy.
     *
     * @param policy its policy
     * @param account its name
     * @param used what was used of the window that holds the plan's start; counts in plans from now on, not in cyclic ones
     * @return this
     */
    public PlanRequestBuilder account(ProviderPolicy policy, String account, Duration used) {
        Require.notNull("plan.policy", policy);
        Require.name("account.account", account);
        Require.notNegative("account.used of " + account, used);
        accounts.add(() -> new PlanAccount(
                policy.name(),
                account,
                policy.sessionsPerAccount(),
                cyclic
                        ? Spans.ofCycle(policy, from, length, share(policy))
                        : Spans.of(policy.window(), policy.safeAllowance(), used, from, length, share(policy))));
        return this;
    }

    /**
     * Adds an account that has some hours on each UTC day.
     *
     * @param provider its policy's name
     * @param account its name
     * @param hours how much a day
     * @return this
     */
    public PlanRequestBuilder dailyAccount(String provider, String account, Duration hours) {
        Require.notNegative("account.hours of " + account, hours);
        accounts.add(() -> new PlanAccount(provider, account, 0, Spans.daily(hours, from, length, cyclic)));
        return this;
    }

    /**
     * Adds an account with the hours that it has over the horizon.
     *
     * @param account the account
     * @return this
     */
    public PlanRequestBuilder account(PlanAccount account) {
        Require.notNull("plan.account", account);
        accounts.add(() -> account);
        return this;
    }

    /**
     * A plan that repeats; a week from Monday 00:00 UTC unless set.
     *
     * @param length how long a cycle is
     * @return this
     */
    public PlanRequestBuilder cycle(Duration length) {
        this.length = Require.positive("plan.length", length);
        this.cyclic = true;
        return this;
    }

    /**
     * Where a cycle begins, for start windows and targets by the hour; a Monday 00:00 UTC unless set.
     *
     * @param from the first instant of a cycle, on a step
     * @param length how long a cycle is
     * @return this
     */
    public PlanRequestBuilder cycle(Instant from, Duration length) {
        this.from = Require.notNull("plan.from", from);
        return cycle(length);
    }

    /**
     * A plan from a moment on.
     *
     * @param from the first instant, on a step
     * @param length how long it is
     * @return this
     */
    public PlanRequestBuilder from(Instant from, Duration length) {
        this.from = Require.notNull("plan.from", from);
        this.length = Require.positive("plan.length", length);
        this.cyclic = false;
        return this;
    }

    /**
     * Sets the grid.
     *
     * @param step divides 15 minutes, and is at least a minute
     * @return this
     */
    public PlanRequestBuilder step(Duration step) {
        this.step = Require.positive("plan.step", step);
        return this;
    }

    /**
     * Sets how long a new session costs quota before it counts.
     *
     * @param handOver not negative
     * @return this
     */
    public PlanRequestBuilder handOver(Duration handOver) {
        this.handOver = Require.notNegative("plan.handOver", handOver);
        return this;
    }

    /**
     * Sets how soon a start that nobody knows of yet can count.
     *
     * @param startLead not negative
     * @return this
     */
    public PlanRequestBuilder startLead(Duration startLead) {
        this.startLead = Require.notNegative("plan.startLead", startLead);
        return this;
    }

    /**
     * Sets how many workers are to be online.
     *
     * @param target the number, by the hour if it has overrides
     * @return this
     */
    public PlanRequestBuilder target(Target target) {
        this.target = Require.notNull("plan.target", target);
        return this;
    }

    /**
     * Sets the sessions of an earlier plan, which are kept where that costs nothing.
     *
     * @param previous the sessions
     * @return this
     */
    public PlanRequestBuilder previous(List<PlannedSession> previous) {
        this.previous = Require.atMost("plan.previous", previous, 1_000_000);
        return this;
    }

    /**
     * Sets the part of a session's time in which jobs run; 1 unless set. Accounts that are added by their policy and are
     * metered by job time pay for that part only, so their hours go further.
     *
     * @param busy above 0, at most 1
     * @return this
     */
    public PlanRequestBuilder busy(double busy) {
        if (!(busy > 0 && busy <= 1)) {
            throw new IllegalArgumentException("plan.busy must be above 0 and at most 1, but was " + busy);
        }
        this.busy = busy;
        return this;
    }

    private double share(ProviderPolicy policy) {
        return policy.metering() == Metering.JOB_TIME ? busy : 1;
    }

    /**
     * Sets how much the planner tries.
     *
     * @param effort at least 1; {@link PlanRequest#DEFAULT_EFFORT} unless set
     * @return this
     */
    public PlanRequestBuilder effort(int effort) {
        this.effort = Require.between("plan.effort", effort, 1, 1_000_000);
        return this;
    }

    /**
     * Sets in which zone people read the plan.
     *
     * @param zone the zone
     * @return this
     */
    public PlanRequestBuilder zone(ZoneId zone) {
        this.zone = Require.notNull("plan.zone", zone);
        return this;
    }

    /**
     * Makes the request.
     *
     * @return it
     * @throws IllegalArgumentException if something is missing or contradicts something else, naming both
     */
    public PlanRequest build() {
        if (length.compareTo(PlanRequest.MAX_LENGTH) > 0) {
            throw new IllegalArgumentException(
                    "plan.length must be at most " + PlanRequest.MAX_LENGTH + ", but was " + length);
        }
        return new PlanRequest(
                workers,
                accounts.stream().map(Supplier::get).toList(),
                from,
                length,
                cyclic,
                step,
                handOver,
                cyclic ? Duration.ZERO : startLead,
                target,
                previous,
                effort,
                zone);
    }
}
