package dev.gpupool.internal.plancheck;

import dev.gpupool.internal.plancheck.ProofOracle.Turn;
import dev.gpupool.internal.plancheck.Series.Stretch;
import dev.gpupool.planning.Certificate.Branch;
import dev.gpupool.planning.Certificate.Claim;
import dev.gpupool.planning.Certificate.Leaf;
import dev.gpupool.planning.Certificate.PriceSpan;
import dev.gpupool.planning.Certificate.Proof;
import dev.gpupool.planning.CoveragePlan;
import dev.gpupool.planning.PlanAccount;
import dev.gpupool.planning.PlanRequest;
import dev.gpupool.planning.PlanWorker;
import dev.gpupool.planning.PlannedSession;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;

/**
 * Right plans of a small request, seldom good ones: sessions at random as far as the accounts go, and bounds as tight as
 * random prices happen to prove.
 */
final class RandomPlans {
    private static final long UNIT = 6;

    private final PlanRequest request;
    private final PlanOracle oracle;
    private final ProofOracle proofs;
    private final Random random;

    RandomPlans(PlanOracle oracle, long seed) {
        this.oracle = oracle;
        request = oracle.request;
        proofs = new ProofOracle(oracle);
        random = new Random(seed);
    }

    CoveragePlan next() {
        List<PlannedSession> sessions = sessions();
        CoveragePlan bare = PlanFigures.of(request, sessions);
        List<Claim> claims = new ArrayList<>();
        int atMost = request.workers().size();
        for (int above = atMost; above > bare.minimum(); above--) {
            int demand = above;
            Optional<Claim> claim = claim(step -> demand, 0);
            if (claim.isEmpty()) {
                break;
            }
            atMost = above - 1;
            claims.add(claim.get());
        }
        Optional<Claim> claim = claim(request::demand, bare.minimum());
        claim.ifPresent(claims::add);
        return PlanFigures.of(
                request, sessions, atMost, claim.map(Claim::shortfall).orElse(0L), claims);
    }

    private List<PlannedSession> sessions() {
        Map<String, List<Stretch>> taken = new TreeMap<>();
        List<PlannedSession> sessions = new ArrayList<>();
        for (PlanWorker worker : request.workers()) {
            List<Series> all = oracle.series(worker);
            PlanAccount account = oracle.account(worker);
            List<Stretch> shared = taken.computeIfAbsent(account.key(), key -> new ArrayList<>());
            for (int attempt = 0; attempt < 5; attempt++) {
                List<Stretch> own = all.get(random.nextInt(all.size())).sessions();
                List<Stretch> both = new ArrayList<>(shared);
                both.addAll(own);
                if (oracle.affordable(account, oracle.used(account, both))) {
                    shared.addAll(own);
                    own.forEach(stretch -> sessions.add(PlanFigures.session(request, worker.name(), stretch)));
                    break;
                }
            }
        }
        return sessions;
    }

    /** The strongest of a few random proofs. */
    private Optional<Claim> claim(IntUnaryOperator demand, int floor) {
        List<Integer> demands = new ArrayList<>();
        for (int step = 0; step < oracle.steps; step++) {
            demands.add(demand.applyAsInt(step));
        }
        Optional<Claim> best = Optional.empty();
        for (int attempt = 0; attempt < 12; attempt++) {
            Proof proof = attempt < 2 ? leaf(attempt == 0 ? UNIT : 0) : proof(random.nextInt(3));
            Claim claim = new Claim(demands, floor, 1, proof);
            long proven = proven(claim, proof, List.of());
            if (proven > best.map(Claim::shortfall).orElse(0L)) {
                best = Optional.of(new Claim(demands, floor, proven, proof));
            }
        }
        return random.nextBoolean() ? best.map(this::withImpossibleCase) : best;
    }

    /** Proves first that a worker does not count where it never can, at no price. */
    private Claim withImpossibleCase(Claim claim) {
        for (PlanWorker worker : request.workers()) {
            int covered =
                    oracle.series(worker).stream().mapToInt(Series::covered).reduce(0, (a, b) -> a | b);
            for (int step = 0; step < oracle.steps; step++) {
                if ((covered >> step & 1) == 0) {
                    Leaf refuted = new Leaf(UNIT, List.of(), List.of(), Map.of(), UNIT * claim.shortfall());
                    Proof proof = new Branch(worker.name(), step, refuted, claim.proof());
                    return new Claim(claim.demand(), claim.floor(), claim.shortfall(), proof);
                }
            }
        }
        return claim;
    }

    /** The largest shortfall that a proof proves. */
    private long proven(Claim claim, Proof proof, List<Turn> path) {
        if (proof instanceof Leaf leaf) {
            long bound = proofs.bound(claim, leaf, path);
            return Math.max(0, Math.floorDiv(bound - 1, leaf.unit()) + 1);
        }
        Branch branch = (Branch) proof;
        return Math.min(
                proven(claim, branch.covered(), ProofOracle.with(path, branch, true)),
                proven(claim, branch.uncovered(), ProofOracle.with(path, branch, false)));
    }

    private Proof proof(int depth) {
        if (depth == 0) {
            return leaf(random.nextInt((int) UNIT + 2));
        }
        String worker =
                request.workers().get(random.nextInt(request.workers().size())).name();
        return new Branch(worker, random.nextInt(oracle.steps), proof(depth - 1), proof(random.nextInt(depth)));
    }

    Leaf leaf(long quotaPrice) {
        boolean plain = random.nextBoolean();
        List<PriceSpan> shorts = prices(UNIT, plain);
        List<PriceSpan> floors = random.nextBoolean() ? List.of() : prices(2, false);
        Map<String, List<Long>> quota = new TreeMap<>();
        for (PlanAccount account : request.accounts()) {
            List<Long> prices = new ArrayList<>();
            for (int i = 0; i < account.spans().size(); i++) {
                prices.add(plain ? quotaPrice : random.nextInt((int) UNIT + 2));
            }
            if (quotaPrice > 0 || random.nextBoolean()) {
                quota.put(account.key(), prices);
            }
        }
        return new Leaf(UNIT, shorts, floors, quota, random.nextInt(3 * (int) UNIT));
    }

    private List<PriceSpan> prices(long most, boolean highest) {
        List<PriceSpan> spans = new ArrayList<>();
        int from = 0;
        while (from < oracle.steps && !oracle.judged(from)) {
            from++;
        }
        while (from < oracle.steps) {
            int to = highest ? oracle.steps : from + 1 + random.nextInt(oracle.steps - from);
            long price = highest || random.nextBoolean() ? most : random.nextInt((int) most + 1);
            spans.add(new PriceSpan(from, to, price));
            from = to;
        }
        return spans;
    }
}
