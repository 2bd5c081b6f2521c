package dev.gpupool.internal.plancheck;

import dev.gpupool.planning.Certificate.Claim;
import dev.gpupool.planning.Certificate.Leaf;
import dev.gpupool.planning.Certificate.PriceSpan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The bound of {@link Leaf}, computed exactly, with what each worker can earn found anew. */
final class LeafBound {
    private final Grid grid;
    private final Claim claim;
    private final Map<Limits, Integer> kinds = new LinkedHashMap<>();
    private final Map<String, Integer> kindOf = new LinkedHashMap<>();

    LeafBound(Grid grid, Claim claim) {
        this.grid = grid;
        this.claim = claim;
        grid.limits()
                .forEach((worker, limits) -> kindOf.put(worker, kinds.computeIfAbsent(limits, key -> kinds.size())));
    }

    /** Why the prices do not prove the claim in these cases, or {@code null} if they do. */
    @Nullable String fault(Leaf leaf, List<Case> cases) {
        try {
            String malformed = malformed(leaf);
            if (malformed != null) {
                return malformed;
            }
            long needed = Math.multiplyExact(leaf.unit(), claim.shortfall() - 1);
            // Budgets make earnings smaller and slow to find. Often the bound holds without.
            long bound = bound(leaf, cases, false);
            if (bound <= needed) {
                bound = bound(leaf, cases, true);
            }
            return bound > needed
                    ? null
                    : "with " + cases.size() + " cases, the prices give a bound of " + bound + ", which must be above "
                            + needed;
        } catch (ArithmeticException e) {
            return "its numbers are too large to reckon with: " + e.getMessage();
        }
    }

    private @Nullable String malformed(Leaf leaf) {
        if (leaf.unit() < 1) {
            return "the unit of its prices must be at least 1, but is " + leaf.unit();
        }
        if (leaf.force() < 0) {
            return "its force must not be negative, but is " + leaf.force();
        }
        for (Map.Entry<String, List<Long>> entry : leaf.quotaPrices().entrySet()) {
            Metering metering = grid.accounts().get(entry.getKey());
            if (metering == null) {
                return "it has prices for " + entry.getKey() + ", which the request does not have";
            }
            if (entry.getValue().size() != metering.spans()) {
                return "it has " + entry.getValue().size() + " prices for the " + metering.spans() + " spans of "
                        + entry.getKey();
            }
            if (entry.getValue().stream().anyMatch(price -> price < 0)) {
                return "it has a negative price for " + entry.getKey();
            }
        }
        String shorts = malformed("shortfall", leaf.shortPrices(), leaf.unit());
        return shorts == null ? malformed("floor", leaf.floorPrices(), Long.MAX_VALUE) : shorts;
    }

    private @Nullable String malformed(String what, List<PriceSpan> prices, long most) {
        boolean[] priced = new boolean[grid.steps()];
        for (PriceSpan span : prices) {
            if (span.from() < 0 || span.to() > grid.steps() || span.from() >= span.to()) {
                return "it has a price of " + what + " for the steps from " + span.from() + " to " + span.to();
            }
            if (span.price() < 0 || span.price() > most) {
                return "its prices of " + what + " must lie from 0 to " + most + ", but one is " + span.price();
            }
            if (span.price() > 0 && !grid.judged(span.from())) {
                return "it has a price of " + what + " for step " + span.from() + ", which is not judged";
            }
            for (int step = span.from(); step < span.to(); step++) {
                if (priced[step]) {
                    return "it has two prices of " + what + " for step " + step;
                }
                priced[step] = true;
            }
        }
        return null;
    }

    /**
     * What {@code unit} times the shortfall is at least.
     *
     * @param exact whether budgets limit what a worker earns; if not, the bound is lower, and holds all the same
     */
    private long bound(Leaf leaf, List<Case> cases, boolean exact) {
        long[] shorts = spread(leaf.shortPrices());
        long[] floors = spread(leaf.floorPrices());
        long bound = 0;
        for (int step = grid.firstJudged(); step < grid.steps(); step++) {
            bound = add(bound, shorts[step], claim.demand().get(step));
            bound = add(bound, floors[step], claim.floor());
        }
        for (Map.Entry<String, List<Long>> entry : leaf.quotaPrices().entrySet()) {
            List<Long> budgets = grid.account(entry.getKey()).budgets();
            for (int span = 0; span < budgets.size(); span++) {
                bound = add(bound, -entry.getValue().get(span), budgets.get(span));
            }
        }
        bound = add(bound, leaf.force(), cases.stream().filter(Case::covered).count());
        long[] gains = new long[grid.steps()];
        for (int step = 0; step < grid.steps(); step++) {
            gains[step] = Math.addExact(shorts[step], floors[step]);
        }
        Map<Alike, Long> earned = new LinkedHashMap<>();
        for (Map.Entry<String, Limits> entry : grid.limits().entrySet()) {
            Alike alike = alike(entry.getKey(), leaf, cases);
            Long most = earned.get(alike);
            if (most == null) {
                most = most(entry.getValue(), gains, alike, leaf.force(), exact);
                earned.put(alike, most);
            }
            bound = Math.subtractExact(bound, most);
        }
        return bound;
    }

    private static long add(long sum, long price, long count) {
        return Math.addExact(sum, Math.multiplyExact(price, count));
    }

    private long[] spread(List<PriceSpan> prices) {
        long[] spread = new long[grid.steps()];
        prices.forEach(span -> java.util.Arrays.fill(spread, span.from(), span.to(), span.price()));
        return spread;
    }

    private long most(Limits limits, long[] gains, Alike alike, long force, boolean exact) {
        long[] own = gains.clone();
        for (int step : alike.covered()) {
            own[step] = Math.addExact(own[step], force);
        }
        for (int step : alike.uncovered()) {
            own[step] = Math.subtractExact(own[step], force);
        }
        long[] costs = new long[grid.steps()];
        for (int step = 0; step < grid.steps() && !alike.quotaPrices().isEmpty(); step++) {
            costs[step] = alike.quotaPrices().get(limits.metering().spanOf(step));
        }
        Prices prices = new Prices(grid.handOver(), own, costs);
        return exact ? Earnings.of(limits, prices, grid.cyclic()) : Earnings.atMost(limits, prices, grid.cyclic());
    }

    private Alike alike(String worker, Leaf leaf, List<Case> cases) {
        List<Integer> covered = new ArrayList<>();
        List<Integer> uncovered = new ArrayList<>();
        for (Case each : cases) {
            if (each.worker().equals(worker)) {
                (each.covered() ? covered : uncovered).add(each.step());
            }
        }
        String account = grid.accountOf(worker);
        List<Long> quotaPrices = leaf.quotaPrices().getOrDefault(account, List.of());
        return new Alike(Objects.requireNonNull(kindOf.get(worker)), quotaPrices, covered, uncovered);
    }

    /** Workers that earn the same: of one kind, at the same prices, in the same cases. */
    private record Alike(int kind, List<Long> quotaPrices, List<Integer> covered, List<Integer> uncovered) {}
}
