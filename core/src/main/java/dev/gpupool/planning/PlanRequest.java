package dev.gpupool.planning;

import dev.gpupool.internal.planning.RequestCheck;
import dev.gpupool.spi.internal.Require;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a plan is wanted for. Immutable; made by {@link #builder()}.
 *
 * <p>A plan lies on a grid: sessions start and end on its steps. Caps and what is left of quotas are rounded down to
 * whole steps, hand-overs and rests up. A session of {@code n} steps with a hand-over of {@code h} takes {@code n} from
 * its account and counts in coverage for its last {@code n - h}. In a cyclic plan the horizon follows itself for ever.
 *
 * @param workers the fleet; at least one
 * @param accounts their accounts, each with what it may use over the horizon
 * @param from the first instant; on a step
 * @param length how long the horizon is: whole steps, at most {@link #MAX_LENGTH}
 * @param cyclic whether the horizon repeats; else it begins with the present state, at {@code from}
 * @param step the grid: 15 minutes, the ledger's own, unless set; divides 15 minutes
 * @param handOver how long a new session costs quota before it counts, since it overlaps the one that it follows; 15
 *     minutes unless set
 * @param startLead how soon a start that nobody knows of yet can count: coverage is judged from then on. 15 minutes
 *     unless set; zero in a cyclic plan
 * @param target how many workers are to be online, or {@code null} for as many as there are quota for
 * @param previous sessions of an earlier plan, which are kept where that costs nothing; none unless set
 * @param effort how much the planner tries, in units of its own: {@link #DEFAULT_EFFORT} unless set. It counts work, not
 *     time, so the same request always gives the same plan
 * @param zone in which people read the plan; UTC unless set
 */
public record PlanRequest(
        List<PlanWorker> workers,
        List<PlanAccount> accounts,
        Instant from,
        Duration length,
        boolean cyclic,
        Duration step,
        Duration handOver,
        Duration startLead,
        @Nullable Target target,
        List<PlannedSession> previous,
        int effort,
        ZoneId zone) {
    /** The grid unless set. */
    public static final Duration DEFAULT_STEP = Duration.ofMinutes(15);

    /** The hand-over unless set. */
    public static final Duration DEFAULT_HAND_OVER = Duration.ofMinutes(15);

    /** How soon an unplanned start can count unless set. */
    public static final Duration DEFAULT_START_LEAD = Duration.ofMinutes(15);

    /** The longest horizon. */
    public static final Duration MAX_LENGTH = Duration.ofDays(28);

    /** The most steps: 28 days of 15 minutes, 9 of 5, nearly 2 of one. */
    public static final int MAX_STEPS = 2_688;

    /** How much is tried unless set. */
    public static final int DEFAULT_EFFORT = 100;

    /**
     * Checks what is asked for, as a whole too, and copies the lists.
     *
     * @throws IllegalArgumentException if a number or a duration is out of range, or the parts contradict one another;
     *     the message says which
     */
    public PlanRequest {
        workers = Require.atMost("plan.workers", workers, 10_000);
        accounts = Require.atMost("plan.accounts", accounts, 10_000);
        Require.notNull("plan.from", from);
        Require.positive("plan.length", length);
        Require.positive("plan.step", step);
        Require.notNegative("plan.handOver", handOver);
        Require.notNegative("plan.startLead", startLead);
        previous = Require.atMost("plan.previous", previous, 1_000_000);
        Require.between("plan.effort", effort, 1, 1_000_000);
        Require.notNull("plan.zone", zone);
        RequestCheck.check(workers, accounts, from, length, cyclic, step, handOver, startLead, target);
    }

    /**
     * Begins a request.
     *
     * @return a builder
     */
    public static PlanRequestBuilder builder() {
        return new PlanRequestBuilder();
    }

    /**
     * How many steps the horizon has.
     *
     * @return at least one
     */
    public int steps() {
        return Math.toIntExact(length.dividedBy(step));
    }

    /**
     * When a step begins.
     *
     * @param index its index, from 0
     * @return the instant
     */
    public Instant instant(int index) {
        return from.plus(step.multipliedBy(index));
    }

    /**
     * The first step that is judged: the first at which a start that nobody knows of yet can count.
     *
     * @return 0 in a cyclic plan
     */
    public int firstJudged() {
        return cyclic ? 0 : (int) startLead.plus(step).minusNanos(1).dividedBy(step);
    }

    /**
     * How many workers are to be online at a step, which is as many as there are if no target is set.
     *
     * @param index the step
     * @return how many
     */
    public int demand(int index) {
        return target == null ? workers.size() : target.at(instant(index));
    }

    /**
     * The same request for other workers.
     *
     * @param fleet the workers
     * @return a request
     */
    public PlanRequest withWorkers(List<PlanWorker> fleet) {
        return new PlanRequest(
                fleet, accounts, from, length, cyclic, step, handOver, startLead, target, previous, effort, zone);
    }

    /**
     * The same request, with sessions of an earlier plan that are kept where that costs nothing.
     *
     * @param sessions the earlier plan's
     * @return a request
     */
    public PlanRequest withPrevious(List<PlannedSession> sessions) {
        return new PlanRequest(
                workers, accounts, from, length, cyclic, step, handOver, startLead, target, sessions, effort, zone);
    }
}
