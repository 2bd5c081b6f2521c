package dev.gpupool.planning;

import dev.gpupool.spi.internal.Require;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Why no plan of the same request is better: proofs that anyone can check without trusting the planner, as
 * {@link PlanChecker} does.
 *
 * @param claims what is proven
 */
public record Certificate(List<Claim> claims) {
    /** Copies the list. */
    public Certificate {
        claims = List.copyOf(claims);
    }

    /**
     * A lower bound: every set of sessions of the request whose coverage is at least {@code floor} at every judged step
     * falls short of {@code demand}, summed over the judged steps, by at least {@code shortfall} worker-steps.
     *
     * <p>That {@code n} workers cannot be online always is the claim with demand {@code n}, floor 0 and shortfall 1.
     *
     * @param demand how many workers, by step
     * @param floor how many workers are online at least
     * @param shortfall in worker-steps; at least 1
     * @param proof why
     */
    public record Claim(List<Integer> demand, int floor, long shortfall, Proof proof) {
        /**
         * Checks the ranges and copies the list.
         *
         * @throws IllegalArgumentException if the floor or the shortfall is out of range, or there is no proof
         */
        public Claim {
            demand = List.copyOf(demand);
            Require.between("claim.floor", floor, 0, Target.MOST);
            Require.between("claim.shortfall", shortfall, 1, Long.MAX_VALUE);
            Require.notNull("claim.proof", proof);
        }
    }

    /** A proof: a case distinction whose cases leave nothing out, or prices that prove a case at once. */
    public sealed interface Proof {}

    /**
     * Either a worker counts at a step or it does not.
     *
     * @param worker the worker
     * @param step the index of the step
     * @param covered the proof if it counts
     * @param uncovered the proof if it does not
     */
    public record Branch(String worker, int step, Proof covered, Proof uncovered) implements Proof {}

    /**
     * Prices, by weak duality of linear programming. Let {@code S(t)} be the price of a step's shortfall, from 0 to
     * {@code unit}, {@code F(t)} that of its floor, and {@code Q(a,i)} the price of a step of the {@code i}-th quota span of
     * an account, none negative and {@code S}, {@code F} zero where a step is not judged. For each worker let {@code V} be the
     * most that any series of its sessions, each allowed by itself and together within each of its account's spans, earns: {@code
     * S(t) + F(t)} for each step that they cover, less {@code Q} of its account and span for each step that they occupy,
     * and, for each case on the way from the root in which this worker counts (does not count) at a step,
     * {@code force} more (less) if they cover that step. Then in this case {@code unit} times the shortfall is at least
     *
     * <pre>sum of S(t) x demand(t) + floor x sum of F(t)
     *   - sum of Q(a,i) x steps left in span i of a - sum of V + force x (number of cases in which a worker counts)</pre>
     *
     * and the case is proven if that is above {@code unit x (shortfall - 1)}.
     *
     * @param unit the price of a whole worker-step of shortfall
     * @param shortPrices S, as spans of steps; zero elsewhere
     * @param floorPrices F, as spans of steps; zero elsewhere
     * @param quotaPrices Q, by {@code provider/account}, a price for each of its spans; zero for accounts that are not named
     * @param force what forces the cases; any number that is not negative makes a valid bound
     */
    public record Leaf(
            long unit,
            List<PriceSpan> shortPrices,
            List<PriceSpan> floorPrices,
            Map<String, List<Long>> quotaPrices,
            long force)
            implements Proof {
        /** Copies the collections. */
        public Leaf {
            shortPrices = List.copyOf(shortPrices);
            floorPrices = List.copyOf(floorPrices);
            TreeMap<String, List<Long>> copy = new TreeMap<>();
            quotaPrices.forEach((account, prices) -> copy.put(account, List.copyOf(prices)));
            quotaPrices = java.util.Collections.unmodifiableMap(copy);
        }
    }

    /**
     * The same price for some steps.
     *
     * @param from the first step
     * @param to the step after the last
     * @param price the price
     */
    public record PriceSpan(int from, int to, long price) {}
}
