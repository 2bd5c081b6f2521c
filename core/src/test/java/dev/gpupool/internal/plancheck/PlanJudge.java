package dev.gpupool.internal.plancheck;

import dev.gpupool.internal.plancheck.Series.Stretch;
import dev.gpupool.planning.Certificate.Claim;
import dev.gpupool.planning.CoveragePlan;
import dev.gpupool.planning.PlanAccount;
import dev.gpupool.planning.PlanRequest;
import dev.gpupool.planning.PlanWorker;
import dev.gpupool.planning.PlannedSession;
import dev.gpupool.planning.Shortfall;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Says whether a small plan is right, by the oracles alone: what the checker must agree with. */
final class PlanJudge {
    private final PlanRequest request;
    private final PlanOracle oracle;
    private final ProofOracle proofs;
    private final Map<Claim, Boolean> proven = new LinkedHashMap<>();

    PlanJudge(PlanOracle oracle) {
        this.oracle = oracle;
        this.request = oracle.request;
        this.proofs = new ProofOracle(oracle);
    }

    boolean accepts(CoveragePlan plan) {
        return sessionsAreAllowed(plan) && figuresAreTrue(plan) && boundsAreProven(plan);
    }

    private boolean sessionsAreAllowed(CoveragePlan plan) {
        int found = 0;
        List<List<Stretch>> all = new ArrayList<>();
        for (PlanWorker worker : request.workers()) {
            List<Stretch> own = new ArrayList<>();
            for (PlannedSession session : plan.sessions()) {
                if (session.worker().equals(worker.name())) {
                    Optional<Stretch> stretch = stretch(session);
                    if (stretch.isEmpty() || !oracle.allowed(worker, stretch.get())) {
                        return false;
                    }
                    own.add(stretch.get());
                    found++;
                }
            }
            if (!oracle.rested(worker, own)) {
                return false;
            }
            all.add(own);
        }
        return found == plan.sessions().size()
                && request.accounts().stream().allMatch(account -> carries(account, all));
    }

    private Optional<Stretch> stretch(PlannedSession session) {
        long step = request.step().toMillis();
        long start = Duration.between(request.from(), session.start()).toMillis();
        long covers = Duration.between(request.from(), session.coversFrom()).toMillis();
        long end = Duration.between(request.from(), session.end()).toMillis();
        if (start % step != 0 || covers % step != 0 || end % step != 0) {
            return Optional.empty();
        }
        return Optional.of(
                new Stretch((int) (start / step), (int) (covers / step), (int) (end / step), session.running()));
    }

    private boolean carries(PlanAccount account, List<List<Stretch>> all) {
        List<Stretch> own = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            if (request.workers().get(i).accountKey().equals(account.key())) {
                own.addAll(all.get(i));
            }
        }
        for (int step = 0; step < oracle.steps; step++) {
            int at = step;
            long count = own.stream()
                    .filter(session ->
                            (session.start() <= at && at < session.end()) || (at + oracle.steps < session.end()))
                    .count();
            if (account.sessions() > 0 && count > account.sessions()) {
                return false;
            }
        }
        return oracle.affordable(account, oracle.used(account, own));
    }

    private boolean figuresAreTrue(CoveragePlan plan) {
        CoveragePlan counted = PlanFigures.of(
                request,
                plan.sessions(),
                plan.minimumAtMost(),
                plan.shortfallAtLeast(),
                plan.certificate().claims());
        return plan.sessions().equals(counted.sessions())
                && plan.coverage().equals(counted.coverage())
                && plan.minimum() == counted.minimum()
                && plan.shortfallSteps() == counted.shortfallSteps()
                && plan.accounts().equals(counted.accounts())
                && same(plan.shortfall(), counted.shortfall());
    }

    private static boolean same(@Nullable Shortfall stated, @Nullable Shortfall counted) {
        if (stated == null || counted == null) {
            return stated == null && counted == null;
        }
        Duration off = stated.perDay().minus(counted.perDay()).abs();
        return off.toMillis() <= 1
                && counted.equals(new Shortfall(
                        counted.target(),
                        stated.needed(),
                        stated.safe(),
                        stated.shortOfQuota(),
                        stated.reached(),
                        stated.proven(),
                        counted.perDay(),
                        stated.highestTarget(),
                        counted.message()));
    }

    private boolean boundsAreProven(CoveragePlan plan) {
        List<Claim> claims = plan.certificate().claims();
        if (!claims.stream().allMatch(claim -> proven.computeIfAbsent(claim, proofs::proves))) {
            return false;
        }
        int above = plan.minimumAtMost() + 1;
        long places = request.workers().stream().filter(oracle::seated).count();
        boolean minimum = plan.minimumAtMost() >= places
                || claims.stream().anyMatch(claim -> claim.floor() == 0 && asks(claim, step -> above));
        boolean shortfall = plan.shortfallAtLeast() == 0
                || claims.stream()
                        .anyMatch(claim -> claim.floor() <= plan.minimum()
                                && claim.shortfall() >= plan.shortfallAtLeast()
                                && asks(claim, request::demand));
        return plan.minimum() <= plan.minimumAtMost()
                && plan.minimumAtMost() <= request.workers().size()
                && plan.shortfallAtLeast() >= 0
                && plan.shortfallAtLeast() <= plan.shortfallSteps()
                && minimum
                && shortfall;
    }

    private boolean asks(Claim claim, java.util.function.IntUnaryOperator demand) {
        for (int step = 0; step < oracle.steps; step++) {
            if (oracle.judged(step) && claim.demand().get(step) != demand.applyAsInt(step)) {
                return false;
            }
        }
        return true;
    }
}
