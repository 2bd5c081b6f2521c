package dev.gpupool.internal.plancheck;

import dev.gpupool.planning.Certificate.Branch;
import dev.gpupool.planning.Certificate.Claim;
import dev.gpupool.planning.Certificate.Leaf;
import dev.gpupool.planning.Certificate.Proof;
import dev.gpupool.planning.CoveragePlan;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks that the claims of a certificate are proven, and that they say what the plan states as bounds. */
final class CertificateCheck {
    private final Grid grid;
    private final List<String> wrong;

    CertificateCheck(Grid grid, List<String> wrong) {
        this.grid = grid;
        this.wrong = wrong;
    }

    void check(CoveragePlan plan) {
        List<Claim> proven = new ArrayList<>();
        List<Claim> claims = plan.certificate().claims();
        for (int i = 0; i < claims.size(); i++) {
            String fault = fault(claims.get(i));
            if (fault == null) {
                proven.add(claims.get(i));
            } else {
                wrong.add("claim " + i + " is not proven: " + fault);
            }
        }
        int above = plan.minimumAtMost() + 1;
        if (above <= grid.places() && proven.stream().noneMatch(claim -> claim.floor() == 0 && asks(claim, above))) {
            wrong.add("minimumAtMost is " + plan.minimumAtMost() + ", but no proven claim refutes " + above);
        }
        if (plan.shortfallAtLeast() > 0
                && proven.stream()
                        .noneMatch(claim -> claim.floor() <= plan.minimum()
                                && claim.shortfall() >= plan.shortfallAtLeast()
                                && asksTheTarget(claim))) {
            wrong.add("shortfallAtLeast is " + plan.shortfallAtLeast() + ", but no proven claim says so");
        }
    }

    private boolean asks(Claim claim, int workers) {
        return judged(claim).stream().allMatch(demand -> demand == workers);
    }

    private boolean asksTheTarget(Claim claim) {
        for (int step = grid.firstJudged(); step < grid.steps(); step++) {
            if (claim.demand().get(step) != grid.request().demand(step)) {
                return false;
            }
        }
        return true;
    }

    private List<Integer> judged(Claim claim) {
        return claim.demand().subList(grid.firstJudged(), grid.steps());
    }

    /** Why a claim is not proven; {@code null} if it is. Goes through the tree without recursion, which may be deep. */
    private @Nullable String fault(Claim claim) {
        if (claim.demand().size() != grid.steps()) {
            return "it has " + claim.demand().size() + " demands for " + grid.steps() + " steps";
        }
        if (judged(claim).stream().anyMatch(demand -> demand < 0)) {
            return "it has a negative demand";
        }
        Deque<Open> open = new ArrayDeque<>();
        open.push(new Open(claim.proof(), null));
        LeafBound bound = new LeafBound(grid, claim);
        while (!open.isEmpty()) {
            Open next = open.pop();
            String fault = next.proof() instanceof Branch branch
                    ? divide(branch, next.cases(), open)
                    : next.proof() instanceof Leaf leaf
                            ? bound.fault(leaf, Case.list(next.cases()))
                            : "a case of it has no proof";
            if (fault != null) {
                return fault;
            }
        }
        return null;
    }

    private @Nullable String divide(Branch branch, @Nullable Case cases, Deque<Open> open) {
        if (branch.worker() == null || !grid.limits().containsKey(branch.worker())) {
            return "it distinguishes cases of worker " + branch.worker() + ", whom the request does not have";
        }
        if (branch.step() < 0 || branch.step() >= grid.steps()) {
            return "it distinguishes cases at step " + branch.step() + " of " + grid.steps();
        }
        open.push(new Open(branch.uncovered(), new Case(branch.worker(), branch.step(), false, cases)));
        open.push(new Open(branch.covered(), new Case(branch.worker(), branch.step(), true, cases)));
        return null;
    }

    /** A proof that is still to be checked, and the case that it is for. */
    private record Open(Proof proof, @Nullable Case cases) {}
}
