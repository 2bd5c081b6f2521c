package dev.gpupool.internal.plancheck;

import dev.gpupool.planning.AccountHours;
import dev.gpupool.planning.CoveragePlan;
import dev.gpupool.planning.PlanAccount;
import dev.gpupool.planning.PlanRequest;
import dev.gpupool.planning.QuotaSpan;
import dev.gpupool.planning.Shortfall;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Checks what a plan says of itself against its sessions: coverage, minimum, shortfall, accounts. */
final class FiguresCheck {
    private final Grid grid;
    private final PlanRequest request;
    private final List<String> wrong;

    FiguresCheck(Grid grid, List<String> wrong) {
        this.grid = grid;
        this.request = grid.request();
        this.wrong = wrong;
    }

    void check(CoveragePlan plan, List<Stay> stays) {
        List<Integer> coverage = coverage(stays);
        same("coverage", coverage, plan.coverage());
        same("minimum", minimum(coverage), plan.minimum());
        long missing = missing(coverage);
        same("shortfallSteps", missing, plan.shortfallSteps());
        accounts(plan, stays);
        shortfall(plan);
        if (plan.minimumAtMost() < plan.minimum()
                || plan.minimumAtMost() > request.workers().size()) {
            wrong.add("minimumAtMost must lie from the minimum (" + plan.minimum() + ") to the number of workers ("
                    + request.workers().size() + "), but is " + plan.minimumAtMost());
        }
        if (plan.shortfallAtLeast() < 0 || plan.shortfallAtLeast() > missing) {
            wrong.add("shortfallAtLeast must lie from 0 to shortfallSteps (" + missing + "), but is "
                    + plan.shortfallAtLeast());
        }
    }

    private List<Integer> coverage(List<Stay> stays) {
        int[] count = new int[grid.steps()];
        for (Stay stay : stays) {
            for (int step = stay.covers(); step < stay.end(); step++) {
                count[step % grid.steps()]++;
            }
        }
        List<Integer> coverage = new ArrayList<>();
        for (int workers : count) {
            coverage.add(workers);
        }
        return coverage;
    }

    private int minimum(List<Integer> coverage) {
        int minimum = Integer.MAX_VALUE;
        for (int step = grid.firstJudged(); step < grid.steps(); step++) {
            minimum = Math.min(minimum, coverage.get(step));
        }
        return minimum;
    }

    private long missing(List<Integer> coverage) {
        long missing = 0;
        for (int step = grid.firstJudged(); step < grid.steps(); step++) {
            missing += Math.max(0, request.demand(step) - coverage.get(step));
        }
        return missing;
    }

    private void accounts(CoveragePlan plan, List<Stay> stays) {
        Map<String, AccountHours> stated = new TreeMap<>();
        for (AccountHours hours : plan.accounts()) {
            if (stated.put(hours.account(), hours) != null) {
                wrong.add("accounts names " + hours.account() + " twice");
            }
        }
        if (!List.copyOf(stated.keySet()).equals(List.copyOf(grid.accounts().keySet()))) {
            wrong.add("accounts must name each of " + grid.accounts().keySet() + ", but names " + stated.keySet());
        } else if (!List.copyOf(stated.values()).equals(plan.accounts())) {
            wrong.add("accounts must be listed by name");
        }
        Map<String, List<Stay>> byAccount = new TreeMap<>();
        stays.forEach(stay -> byAccount
                .computeIfAbsent(grid.accountOf(stay), key -> new ArrayList<>())
                .add(stay));
        for (PlanAccount account : request.accounts()) {
            List<Stay> own = byAccount.getOrDefault(account.key(), List.of());
            long occupied = own.stream().mapToLong(Stay::length).sum();
            int starts =
                    (int) own.stream().filter(stay -> !stay.session().running()).count();
            AccountHours hours = new AccountHours(account.key(), time(occupied), safe(account), starts);
            AccountHours found = stated.get(account.key());
            if (found != null) {
                same("hours of " + account.key(), hours, found);
            }
        }
    }

    /** The words are the plan's own; every figure is recomputed. */
    private void shortfall(CoveragePlan plan) {
        Shortfall stated = plan.shortfall();
        if (request.target() == null || plan.shortfallSteps() == 0) {
            if (stated != null) {
                wrong.add("shortfall must be absent where no target is set or it is met, but is " + stated);
            }
            return;
        }
        if (stated == null) {
            wrong.add("shortfall must tell that the target is missed by " + plan.shortfallSteps()
                    + " worker-steps, but is absent");
            return;
        }
        long needed = 0;
        for (int step = grid.firstJudged(); step < grid.steps(); step++) {
            needed += request.demand(step);
        }
        Duration safe = request.accounts().stream().map(this::useful).reduce(Duration.ZERO, Duration::plus);
        Duration more = time(needed).minus(safe);
        Duration ofQuota = more.isNegative() ? Duration.ZERO : more;
        Duration proven = time(plan.shortfallAtLeast());
        Duration bound = ofQuota.compareTo(proven) > 0 ? ofQuota : proven;
        same("shortfall.needed", time(needed), stated.needed());
        same("shortfall.safe", safe, stated.safe());
        same("shortfall.shortOfQuota", ofQuota, stated.shortOfQuota());
        same("shortfall.reached", time(plan.shortfallSteps()), stated.reached());
        same("shortfall.proven", proven, stated.proven());
        perDay(bound, stated.perDay());
        same("shortfall.highestTarget", plan.minimum(), stated.highestTarget());
    }

    private static Duration safe(PlanAccount account) {
        return account.spans().stream().map(QuotaSpan::safe).reduce(Duration.ZERO, Duration::plus);
    }

    /** What is left that the account's workers can use: each, as far as it has a place, an hour an hour. */
    private Duration useful(PlanAccount account) {
        long places = grid.places(account);
        Duration useful = Duration.ZERO;
        for (QuotaSpan span : account.spans()) {
            Duration always = Duration.between(span.from(), span.to()).multipliedBy(places);
            useful = useful.plus(always.compareTo(span.safe()) < 0 ? always : span.safe());
        }
        return useful;
    }

    /** To a millisecond, since it need not be a whole number of them. */
    private void perDay(Duration bound, Duration stated) {
        Duration exact = bound.multipliedBy(Duration.ofDays(1).toMillis())
                .dividedBy(request.length().toMillis());
        if (stated.minus(exact).abs().compareTo(Duration.ofMillis(1)) > 0) {
            wrong.add("shortfall.perDay must be " + exact + ", but is " + stated);
        }
    }

    private Duration time(long steps) {
        return request.step().multipliedBy(steps);
    }

    private void same(String what, Object computed, Object stated) {
        if (!computed.equals(stated)) {
            wrong.add(what + " must be " + computed + ", but is " + stated);
        }
    }
}
