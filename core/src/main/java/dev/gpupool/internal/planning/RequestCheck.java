package dev.gpupool.internal.planning;

import dev.gpupool.planning.PlanAccount;
import dev.gpupool.planning.PlanRequest;
import dev.gpupool.planning.PlanWorker;
import dev.gpupool.planning.QuotaSpan;
import dev.gpupool.planning.StartWindow;
import dev.gpupool.planning.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Refuses a request whose parts contradict one another, naming both. */
public final class RequestCheck {
    private static final Duration QUARTER = Duration.ofMinutes(15);
    /** A minute or so of a slow processor, where use has to be counted. */
    private static final long MOST_ENTRIES = 2_000_000_000L;
    /** Each is asked for each step. */
    private static final int MOST_WINDOWS = 20_000;

    private static final Instant EARLIEST = Instant.parse("1900-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("9999-01-01T00:00:00Z");

    private RequestCheck() {}

    public static void check(
            List<PlanWorker> workers,
            List<PlanAccount> accounts,
            Instant from,
            Duration length,
            boolean cyclic,
            Duration step,
            Duration handOver,
            Duration startLead,
            @Nullable Target target) {
        if (workers.isEmpty()) {
            throw new IllegalArgumentException("plan.workers must not be empty: there is nobody to plan for");
        }
        grid(from, length, cyclic, step, startLead);
        if (target != null && target.highest() > workers.size()) {
            throw new IllegalArgumentException(
                    "plan.target asks for " + target.highest() + " workers, but the fleet has " + workers.size());
        }
        Map<String, PlanAccount> byKey = accounts(accounts, from, length, step);
        int windows =
                workers.stream().mapToInt(worker -> worker.windows().size()).sum();
        if (windows > MOST_WINDOWS) {
            throw new IllegalArgumentException(
                    "plan.workers have " + windows + " start windows together, but may have at most " + MOST_WINDOWS);
        }
        Set<String> names = new TreeSet<>();
        for (PlanWorker worker : workers) {
            if (!names.add(worker.name())) {
                throw new IllegalArgumentException("plan.workers names " + worker.name() + " twice");
            }
            if (!byKey.containsKey(worker.accountKey())) {
                throw new IllegalArgumentException(
                        "plan.accounts lacks " + worker.accountKey() + ", the account of worker " + worker.name());
            }
            worker(worker, cyclic, step, handOver);
            windows(worker, from, length, step);
        }
        seats(workers, byKey);
        work(workers, byKey, length, step);
    }

    /** What letting each worker answer once takes: a table of steps and of what can be used. */
    private static void work(
            List<PlanWorker> workers, Map<String, PlanAccount> accounts, Duration length, Duration step) {
        long steps = length.dividedBy(step);
        long entries = 0;
        long widest = 0;
        for (PlanWorker worker : workers) {
            PlanAccount account = accounts.get(worker.accountKey());
            long width = account == null ? 0 : width(account, step);
            entries += steps * (width + 1);
            widest = Math.max(widest, width);
        }
        if (entries > MOST_ENTRIES) {
            throw new IllegalArgumentException("plan.workers are " + workers.size() + " over " + steps
                    + " steps with up to " + widest + " of them paid for: that takes " + entries
                    + " table entries, but at most " + MOST_ENTRIES
                    + " are allowed: plan a shorter time, longer steps or fewer workers");
        }
    }

    /** The most steps of a span that can be used; use need not be counted where all can. */
    private static long width(PlanAccount account, Duration step) {
        long width = 0;
        boolean counted = false;
        for (QuotaSpan span : account.spans()) {
            Duration all = Duration.between(span.from(), span.to());
            counted |= span.safe().compareTo(all) < 0;
            width = Math.max(width, (span.safe().compareTo(all) < 0 ? span.safe() : all).dividedBy(step));
        }
        return counted ? width : 0;
    }

    private static void grid(Instant from, Duration length, boolean cyclic, Duration step, Duration startLead) {
        if (step.compareTo(Duration.ofMinutes(1)) < 0 || !whole(QUARTER, step)) {
            throw new IllegalArgumentException(
                    "plan.step must be at least a minute and divide 15 minutes, but was " + step);
        }
        if (length.compareTo(PlanRequest.MAX_LENGTH) > 0) {
            throw new IllegalArgumentException(
                    "plan.length must be at most " + PlanRequest.MAX_LENGTH + ", but was " + length);
        }
        if (!whole(length, step)) {
            throw new IllegalArgumentException(
                    "plan.length must be whole steps of " + step + " (plan.step), but was " + length);
        }
        long steps = length.toMillis() / step.toMillis();
        if (steps > PlanRequest.MAX_STEPS) {
            throw new IllegalArgumentException("plan.length has " + steps + " steps of " + step
                    + " (plan.step), but at most " + PlanRequest.MAX_STEPS + " are planned: take longer steps");
        }
        if (from.isBefore(EARLIEST) || from.isAfter(LATEST)) {
            throw new IllegalArgumentException(
                    "plan.from must lie from " + EARLIEST + " to " + LATEST + ", but was " + from);
        }
        if (!from.equals(Instant.ofEpochMilli(Math.floorDiv(from.toEpochMilli(), step.toMillis()) * step.toMillis()))) {
            throw new IllegalArgumentException(
                    "plan.from must lie on a step of " + step + " (plan.step), but was " + from);
        }
        if (cyclic && !startLead.isZero()) {
            throw new IllegalArgumentException("plan.startLead must be zero in a cyclic plan, but was " + startLead);
        }
        if (startLead.plus(step).minusNanos(1).dividedBy(step) >= steps) {
            throw new IllegalArgumentException("plan.startLead must be shorter than plan.length (" + length
                    + "), or there is nothing to judge, but was " + startLead);
        }
    }

    /** Whether a time is one step or more and nothing beside them. */
    private static boolean whole(Duration time, Duration step) {
        long steps = time.dividedBy(step);
        return steps > 0 && step.multipliedBy(steps).equals(time);
    }

    private static Map<String, PlanAccount> accounts(
            List<PlanAccount> accounts, Instant from, Duration length, Duration step) {
        Map<String, PlanAccount> byKey = new TreeMap<>();
        for (PlanAccount account : accounts) {
            if (byKey.put(account.key(), account) != null) {
                throw new IllegalArgumentException("plan.accounts names " + account.key() + " twice");
            }
            List<QuotaSpan> spans = account.spans();
            Instant begin = spans.get(0).from();
            Instant end = spans.get(spans.size() - 1).to();
            if (!begin.equals(from) || !end.equals(from.plus(length))) {
                throw new IllegalArgumentException(
                        "account.spans of " + account.account() + " must fill the horizon from " + from + " to "
                                + from.plus(length) + ", but go from " + begin + " to " + end);
            }
            for (QuotaSpan span : spans) {
                if (!whole(Duration.between(from, span.to()), step)) {
                    throw new IllegalArgumentException("account.spans of " + account.account()
                            + " must end on a step of " + step + " (plan.step), but one ends " + span.to());
                }
            }
        }
        return byKey;
    }

    private static void worker(PlanWorker worker, boolean cyclic, Duration step, Duration handOver) {
        Duration usable = worker.usable();
        // On the grid caps are rounded down and hand-overs up, and something must remain.
        if (usable != null
                && usable.dividedBy(step) <= handOver.plus(step).minusNanos(1).dividedBy(step)) {
            throw new IllegalArgumentException(
                    "worker.usable of " + worker.name() + " must be longer than plan.handOver (" + handOver + ")"
                            + (usable.compareTo(handOver) > 0 ? " by a step of " + step : "")
                            + ", or no session of it ever counts, but was " + usable);
        }
        if (cyclic && (worker.runningUntil() != null || worker.notBefore() != null)) {
            throw new IllegalArgumentException("worker.runningUntil and worker.notBefore of " + worker.name()
                    + " are for plans from now on, but the plan is cyclic");
        }
    }

    private static void windows(PlanWorker worker, Instant from, Duration length, Duration step) {
        if (worker.windows().isEmpty()) {
            return;
        }
        for (StartWindow window : worker.windows()) {
            boolean never = true;
            for (Instant at = from; never && at.isBefore(from.plus(length)); at = at.plus(step)) {
                never = !window.holds(at);
            }
            if (never && length.compareTo(Duration.ofDays(7)) >= 0) {
                throw new IllegalArgumentException("worker.windows of " + worker.name() + " has " + window
                        + ", which holds no step of " + step + " (plan.step) of a week");
            }
        }
    }

    /** Where an account allows fewer sessions than it has workers, these must be alike, since any may be left out. */
    private static void seats(List<PlanWorker> workers, Map<String, PlanAccount> accounts) {
        Map<String, List<PlanWorker>> byAccount = new TreeMap<>();
        workers.forEach(worker -> byAccount
                .computeIfAbsent(worker.accountKey(), key -> new ArrayList<>())
                .add(worker));
        byAccount.forEach((key, some) -> {
            PlanAccount account = accounts.get(key);
            if (account == null || account.sessions() == 0 || account.sessions() >= some.size()) {
                return;
            }
            PlanWorker first = some.get(0);
            for (PlanWorker worker : some) {
                if (!worker.windows().equals(first.windows())
                        || !worker.rest().equals(first.rest())
                        || !java.util.Objects.equals(worker.usable(), first.usable())) {
                    throw new IllegalArgumentException(
                            "plan.workers " + first.name() + " and " + worker.name() + " share "
                                    + key + ", which allows " + account.sessions()
                                    + " sessions at a time, but differ in start windows, rest or usable time: make them alike or leave"
                                    + " one out");
                }
            }
        });
    }
}
