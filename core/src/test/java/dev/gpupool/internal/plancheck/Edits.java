package dev.gpupool.internal.plancheck;

import dev.gpupool.planning.AccountHours;
import dev.gpupool.planning.Certificate;
import dev.gpupool.planning.Certificate.Branch;
import dev.gpupool.planning.Certificate.Claim;
import dev.gpupool.planning.Certificate.Leaf;
import dev.gpupool.planning.Certificate.PriceSpan;
import dev.gpupool.planning.Certificate.Proof;
import dev.gpupool.planning.CoveragePlan;
import dev.gpupool.planning.PlanWorker;
import dev.gpupool.planning.PlannedSession;
import dev.gpupool.planning.Shortfall;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Plans and their parts with something changed. */
final class Edits {
    private Edits() {}

    static int sign(Random random) {
        return random.nextBoolean() ? 1 : -1;
    }

    /** The list with one entry changed, if it has any. */
    static <T> List<T> change(List<T> list, Random random, UnaryOperator<T> change) {
        List<T> changed = new ArrayList<>(list);
        if (!changed.isEmpty()) {
            int at = random.nextInt(changed.size());
            changed.set(at, change.apply(changed.get(at)));
        }
        return changed;
    }

    static PlannedSession moved(CoveragePlan plan, PlannedSession session, int steps) {
        Duration by = plan.request().step().multipliedBy(steps);
        return new PlannedSession(
                session.worker(),
                session.start().plus(by),
                session.coversFrom().plus(by),
                session.end().plus(by),
                session.running());
    }

    static PlannedSession longer(CoveragePlan plan, PlannedSession session, int steps) {
        Instant end = session.end().plus(plan.request().step().multipliedBy(steps));
        return end.isBefore(session.coversFrom()) ? session : ending(session, end);
    }

    /** No longer than its hand-over. */
    static PlannedSession shortest(CoveragePlan plan, PlannedSession session) {
        return session.coversFrom().equals(session.start())
                ? longer(plan, session, -1)
                : ending(session, session.coversFrom());
    }

    private static PlannedSession ending(PlannedSession session, Instant end) {
        return new PlannedSession(session.worker(), session.start(), session.coversFrom(), end, session.running());
    }

    static PlannedSession counting(PlannedSession session, Instant from) {
        return new PlannedSession(session.worker(), session.start(), from, session.end(), session.running());
    }

    static PlannedSession named(PlannedSession session, String worker) {
        return new PlannedSession(worker, session.start(), session.coversFrom(), session.end(), session.running());
    }

    static String anyWorker(CoveragePlan plan, Random random) {
        List<PlanWorker> workers = plan.request().workers();
        return workers.get(random.nextInt(workers.size())).name();
    }

    static CoveragePlan sessions(CoveragePlan plan, List<PlannedSession> sessions) {
        return with(plan, sessions, plan.coverage(), plan.accounts(), plan.shortfall(), plan.certificate());
    }

    static CoveragePlan coverage(CoveragePlan plan, List<Integer> coverage) {
        return with(plan, plan.sessions(), coverage, plan.accounts(), plan.shortfall(), plan.certificate());
    }

    static CoveragePlan accounts(CoveragePlan plan, List<AccountHours> accounts) {
        return with(plan, plan.sessions(), plan.coverage(), accounts, plan.shortfall(), plan.certificate());
    }

    static CoveragePlan missing(CoveragePlan plan, @Nullable Shortfall shortfall) {
        return with(plan, plan.sessions(), plan.coverage(), plan.accounts(), shortfall, plan.certificate());
    }

    static CoveragePlan claims(CoveragePlan plan, List<Claim> claims) {
        Certificate certificate = new Certificate(claims);
        return with(plan, plan.sessions(), plan.coverage(), plan.accounts(), plan.shortfall(), certificate);
    }

    private static CoveragePlan with(
            CoveragePlan plan,
            List<PlannedSession> sessions,
            List<Integer> coverage,
            List<AccountHours> accounts,
            @Nullable Shortfall shortfall,
            Certificate certificate) {
        return new CoveragePlan(
                plan.request(),
                sessions,
                coverage,
                plan.minimum(),
                plan.minimumAtMost(),
                plan.shortfallSteps(),
                plan.shortfallAtLeast(),
                accounts,
                shortfall,
                certificate);
    }

    static CoveragePlan figures(CoveragePlan plan, int minimum, int atMost, int shortfall, int atLeast) {
        return new CoveragePlan(
                plan.request(),
                plan.sessions(),
                plan.coverage(),
                plan.minimum() + minimum,
                plan.minimumAtMost() + atMost,
                plan.shortfallSteps() + shortfall,
                plan.shortfallAtLeast() + atLeast,
                plan.accounts(),
                plan.shortfall(),
                plan.certificate());
    }

    static Duration off(Duration time, boolean really) {
        return really ? time.plusMinutes(15) : time;
    }

    static CoveragePlan claim(CoveragePlan plan, Random random, UnaryOperator<Claim> change) {
        return claims(plan, change(plan.certificate().claims(), random, change));
    }

    private static CoveragePlan proof(CoveragePlan plan, Random random, UnaryOperator<Proof> change) {
        return claim(
                plan,
                random,
                claim -> new Claim(claim.demand(), claim.floor(), claim.shortfall(), change.apply(claim.proof())));
    }

    /** A change of one case distinction; nothing in a claim that has none. */
    static CoveragePlan branch(CoveragePlan plan, Random random, BranchEdit change) {
        return proof(plan, random, proof -> inBranch(proof, random, change));
    }

    /** What becomes of a case distinction. */
    interface BranchEdit {
        Proof apply(Branch branch);
    }

    private static Proof inBranch(Proof proof, Random random, BranchEdit change) {
        if (!(proof instanceof Branch branch)) {
            return proof;
        }
        boolean deeper = random.nextBoolean() && branch.covered() instanceof Branch;
        return deeper
                ? new Branch(
                        branch.worker(), branch.step(), inBranch(branch.covered(), random, change), branch.uncovered())
                : change.apply(branch);
    }

    static CoveragePlan leaf(CoveragePlan plan, Random random, UnaryOperator<Leaf> change) {
        return proof(plan, random, proof -> inLeaf(proof, random, change));
    }

    private static Proof inLeaf(Proof proof, Random random, UnaryOperator<Leaf> change) {
        if (proof instanceof Leaf leaf) {
            return change.apply(leaf);
        }
        Branch branch = (Branch) proof;
        return random.nextBoolean()
                ? new Branch(
                        branch.worker(), branch.step(), inLeaf(branch.covered(), random, change), branch.uncovered())
                : new Branch(
                        branch.worker(), branch.step(), branch.covered(), inLeaf(branch.uncovered(), random, change));
    }

    static PriceSpan price(PriceSpan span, long price) {
        return new PriceSpan(span.from(), span.to(), price);
    }

    static Leaf shorts(Leaf leaf, List<PriceSpan> prices) {
        return new Leaf(leaf.unit(), prices, leaf.floorPrices(), leaf.quotaPrices(), leaf.force());
    }

    static Leaf floors(Leaf leaf, List<PriceSpan> prices) {
        return new Leaf(leaf.unit(), leaf.shortPrices(), prices, leaf.quotaPrices(), leaf.force());
    }

    static Leaf unit(Leaf leaf, long unit) {
        return new Leaf(unit, leaf.shortPrices(), leaf.floorPrices(), leaf.quotaPrices(), leaf.force());
    }

    static Leaf force(Leaf leaf, long force) {
        return new Leaf(leaf.unit(), leaf.shortPrices(), leaf.floorPrices(), leaf.quotaPrices(), force);
    }

    static Leaf quotaOf(Leaf leaf, String account, List<Long> prices) {
        Map<String, List<Long>> changed = new TreeMap<>(leaf.quotaPrices());
        changed.put(account, prices);
        return new Leaf(leaf.unit(), leaf.shortPrices(), leaf.floorPrices(), changed, leaf.force());
    }

    /** A change of one price of one account. */
    static CoveragePlan quota(CoveragePlan plan, Random random, UnaryOperator<Long> change) {
        return leaf(plan, random, leaf -> {
            List<String> accounts = List.copyOf(leaf.quotaPrices().keySet());
            if (accounts.isEmpty()) {
                return leaf;
            }
            String account = accounts.get(random.nextInt(accounts.size()));
            return quotaOf(leaf, account, change(leaf.quotaPrices().getOrDefault(account, List.of()), random, change));
        });
    }
}
