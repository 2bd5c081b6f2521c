package dev.gpupool.internal.plancheck;

import dev.gpupool.planning.Certificate.Branch;
import dev.gpupool.planning.Certificate.Claim;
import dev.gpupool.planning.Certificate.Leaf;
import dev.gpupool.planning.Certificate.PriceSpan;
import dev.gpupool.planning.Certificate.Proof;
import dev.gpupool.planning.PlanAccount;
import dev.gpupool.planning.PlanWorker;
import java.util.ArrayList;
import java.util.List;

/** Says by enumeration what a proof proves: of every leaf, what each worker earns with each of its series. */
final class ProofOracle {
    private final PlanOracle oracle;

    ProofOracle(PlanOracle oracle) {
        this.oracle = oracle;
    }

    boolean proves(Claim claim) {
        if (claim.demand().size() != oracle.steps) {
            return false;
        }
        for (int step = 0; step < oracle.steps; step++) {
            if (oracle.judged(step) && claim.demand().get(step) < 0) {
                return false;
            }
        }
        return proves(claim, claim.proof(), List.of());
    }

    private boolean proves(Claim claim, Proof proof, List<Turn> path) {
        if (proof instanceof Leaf leaf) {
            long needed = Math.multiplyExact(leaf.unit(), claim.shortfall() - 1);
            return wellFormed(leaf) && bound(claim, leaf, path) > needed;
        }
        Branch branch = (Branch) proof;
        boolean known = oracle.request.workers().stream()
                .anyMatch(worker -> worker.name().equals(branch.worker()));
        return known
                && branch.step() >= 0
                && branch.step() < oracle.steps
                && proves(claim, branch.covered(), with(path, branch, true))
                && proves(claim, branch.uncovered(), with(path, branch, false));
    }

    static List<Turn> with(List<Turn> path, Branch branch, boolean covered) {
        List<Turn> longer = new ArrayList<>(path);
        longer.add(new Turn(branch.worker(), branch.step(), covered));
        return longer;
    }

    /** Which way a path goes at a branch. */
    record Turn(String worker, int step, boolean covered) {}

    private boolean wellFormed(Leaf leaf) {
        boolean fine = leaf.unit() >= 1 && leaf.force() >= 0;
        for (String key : leaf.quotaPrices().keySet()) {
            List<Long> prices = leaf.quotaPrices().getOrDefault(key, List.of());
            fine &= oracle.request.accounts().stream()
                    .anyMatch(account ->
                            account.key().equals(key) && account.spans().size() == prices.size());
            fine &= prices.stream().allMatch(price -> price >= 0);
        }
        return fine && wellFormed(leaf.shortPrices(), leaf.unit()) && wellFormed(leaf.floorPrices(), Long.MAX_VALUE);
    }

    private boolean wellFormed(List<PriceSpan> spans, long most) {
        for (PriceSpan span : spans) {
            if (span.from() < 0 || span.to() > oracle.steps || span.from() >= span.to()) {
                return false;
            }
            if (span.price() < 0 || span.price() > most || (span.price() > 0 && !oracle.judged(span.from()))) {
                return false;
            }
        }
        for (int step = 0; step < oracle.steps; step++) {
            int at = step;
            if (spans.stream().filter(span -> holds(span, at)).count() > 1) {
                return false;
            }
        }
        return true;
    }

    private static boolean holds(PriceSpan span, int step) {
        return span.from() <= step && step < span.to();
    }

    /** The bound of a leaf in the cases on the way to it. */
    long bound(Claim claim, Leaf leaf, List<Turn> path) {
        long bound = 0;
        long[] gains = new long[oracle.steps];
        for (int step = 0; step < oracle.steps; step++) {
            long shortPrice = price(leaf.shortPrices(), step);
            long floorPrice = price(leaf.floorPrices(), step);
            gains[step] = Math.addExact(shortPrice, floorPrice);
            if (oracle.judged(step)) {
                bound = plus(bound, shortPrice, claim.demand().get(step));
                bound = plus(bound, floorPrice, claim.floor());
            }
        }
        for (PlanAccount account : oracle.request.accounts()) {
            List<Long> prices = leaf.quotaPrices().getOrDefault(account.key(), List.of());
            for (int i = 0; i < prices.size(); i++) {
                long budget = oracle.budget(account.spans().get(i));
                bound = plus(bound, -prices.get(i), budget);
            }
        }
        for (PlanWorker worker : oracle.request.workers()) {
            bound = Math.subtractExact(bound, most(worker, gains, leaf, path));
        }
        return plus(bound, leaf.force(), path.stream().filter(Turn::covered).count());
    }

    private static long plus(long sum, long price, long count) {
        return Math.addExact(sum, Math.multiplyExact(price, count));
    }

    private long most(PlanWorker worker, long[] prices, Leaf leaf, List<Turn> path) {
        long most = 0;
        List<Long> quotaPrices =
                leaf.quotaPrices().getOrDefault(oracle.account(worker).key(), List.of());
        long[] gains = new long[oracle.steps];
        for (int step = 0; step < oracle.steps; step++) {
            gains[step] = Math.addExact(prices[step], forced(worker, step, leaf, path));
        }
        for (Series series : oracle.series(worker)) {
            long earned = 0;
            for (int step = 0; step < oracle.steps; step++) {
                earned = Math.addExact(earned, (series.covered() >> step & 1) == 1 ? gains[step] : 0);
            }
            for (int i = 0; i < quotaPrices.size(); i++) {
                earned = plus(earned, -quotaPrices.get(i), series.used().get(i));
            }
            most = Math.max(most, earned);
        }
        return most;
    }

    private static long forced(PlanWorker worker, int step, Leaf leaf, List<Turn> path) {
        long force = 0;
        for (Turn turn : path) {
            if (turn.worker().equals(worker.name()) && turn.step() == step) {
                force = Math.addExact(force, turn.covered() ? leaf.force() : -leaf.force());
            }
        }
        return force;
    }

    private static long price(List<PriceSpan> spans, int step) {
        long price = 0;
        for (PriceSpan span : spans) {
            price = holds(span, step) ? Math.addExact(price, span.price()) : price;
        }
        return price;
    }
}
