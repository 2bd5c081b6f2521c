package dev.gpupool.internal.plancheck;

import static dev.gpupool.internal.plancheck.Edits.accounts;
import static dev.gpupool.internal.plancheck.Edits.anyWorker;
import static dev.gpupool.internal.plancheck.Edits.branch;
import static dev.gpupool.internal.plancheck.Edits.change;
import static dev.gpupool.internal.plancheck.Edits.claim;
import static dev.gpupool.internal.plancheck.Edits.claims;
import static dev.gpupool.internal.plancheck.Edits.counting;
import static dev.gpupool.internal.plancheck.Edits.coverage;
import static dev.gpupool.internal.plancheck.Edits.figures;
import static dev.gpupool.internal.plancheck.Edits.floors;
import static dev.gpupool.internal.plancheck.Edits.force;
import static dev.gpupool.internal.plancheck.Edits.leaf;
import static dev.gpupool.internal.plancheck.Edits.longer;
import static dev.gpupool.internal.plancheck.Edits.missing;
import static dev.gpupool.internal.plancheck.Edits.moved;
import static dev.gpupool.internal.plancheck.Edits.named;
import static dev.gpupool.internal.plancheck.Edits.off;
import static dev.gpupool.internal.plancheck.Edits.price;
import static dev.gpupool.internal.plancheck.Edits.quota;
import static dev.gpupool.internal.plancheck.Edits.quotaOf;
import static dev.gpupool.internal.plancheck.Edits.sessions;
import static dev.gpupool.internal.plancheck.Edits.shortest;
import static dev.gpupool.internal.plancheck.Edits.shorts;
import static dev.gpupool.internal.plancheck.Edits.sign;
import static dev.gpupool.internal.plancheck.Edits.unit;

import dev.gpupool.planning.AccountHours;
import dev.gpupool.planning.Certificate.Branch;
import dev.gpupool.planning.Certificate.Claim;
import dev.gpupool.planning.Certificate.PriceSpan;
import dev.gpupool.planning.CoveragePlan;
import dev.gpupool.planning.PlanRequest;
import dev.gpupool.planning.PlannedSession;
import dev.gpupool.planning.Shortfall;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;

/**
 * A way to make a plan wrong. Some of one kind leave a plan right, which an oracle must tell. The kinds that end in TRUE_FIGURES
 * have figures that fit the changed sessions, and no bounds, so that only the sessions are wrong.
 */
@SuppressWarnings("ImmutableEnumChecker") // the functions have no state
enum Mutation {
    SESSION_MOVED((plan, random) ->
            sessions(plan, change(plan.sessions(), random, session -> moved(plan, session, sign(random))))),
    SESSION_LENGTHENED((plan, random) ->
            sessions(plan, change(plan.sessions(), random, session -> longer(plan, session, 1)))),
    SESSION_SHORTENED((plan, random) ->
            sessions(plan, change(plan.sessions(), random, session -> longer(plan, session, -1)))),
    SESSION_DROPPED((plan, random) -> {
        List<PlannedSession> fewer = new ArrayList<>(plan.sessions());
        if (!fewer.isEmpty()) {
            fewer.remove(random.nextInt(fewer.size()));
        }
        return sessions(plan, fewer);
    }),
    SESSION_DOUBLED_TRUE_FIGURES((plan, random) -> {
        List<PlannedSession> more = new ArrayList<>(plan.sessions());
        if (!more.isEmpty()) {
            more.add(more.get(random.nextInt(more.size())));
        }
        return PlanFigures.of(plan.request(), more);
    }),
    SESSION_OF_ANOTHER_WORKER_TRUE_FIGURES((plan, random) -> PlanFigures.of(
            plan.request(), change(plan.sessions(), random, session -> named(session, anyWorker(plan, random))))),
    SESSION_OF_AN_UNKNOWN_WORKER((plan, random) ->
            sessions(plan, change(plan.sessions(), random, session -> named(session, "nobody")))),
    SESSION_MOVED_TRUE_FIGURES((plan, random) -> {
        int by = sign(random) * (1 + random.nextInt(3));
        return PlanFigures.of(plan.request(), change(plan.sessions(), random, session -> moved(plan, session, by)));
    }),
    SESSION_LENGTHENED_TRUE_FIGURES((plan, random) -> PlanFigures.of(
            plan.request(), change(plan.sessions(), random, session -> longer(plan, session, 1 + random.nextInt(2))))),
    SESSION_SHORTENED_TRUE_FIGURES((plan, random) ->
            PlanFigures.of(plan.request(), change(plan.sessions(), random, session -> shortest(plan, session)))),
    SESSION_COUNTS_EARLIER_TRUE_FIGURES((plan, random) -> PlanFigures.of(
            plan.request(), change(plan.sessions(), random, session -> counting(session, session.start())))),
    SESSION_OFF_THE_GRID((plan, random) -> sessions(
            plan,
            change(
                    plan.sessions(),
                    random,
                    session -> new PlannedSession(
                            session.worker(),
                            session.start(),
                            session.coversFrom(),
                            session.end().plusSeconds(60),
                            session.running())))),
    SESSION_RUNNING_OR_NOT_TRUE_FIGURES((plan, random) -> PlanFigures.of(
            plan.request(),
            change(
                    plan.sessions(),
                    random,
                    session -> new PlannedSession(
                            session.worker(),
                            session.start(),
                            session.coversFrom(),
                            session.end(),
                            !session.running())))),
    SESSION_ADDED_TRUE_FIGURES((plan, random) -> {
        PlanRequest request = plan.request();
        List<PlannedSession> more = new ArrayList<>(plan.sessions());
        int start = random.nextInt(request.steps());
        int hand = (int) request.handOver().plusMinutes(14).dividedBy(request.step());
        int end = start + hand + 1 + random.nextInt(2);
        more.add(PlanFigures.session(
                request, anyWorker(plan, random), new Series.Stretch(start, start + hand, end, false)));
        return PlanFigures.of(request, more);
    }),
    SESSIONS_NOT_IN_ORDER((plan, random) -> {
        List<PlannedSession> reversed = new ArrayList<>(plan.sessions());
        java.util.Collections.reverse(reversed);
        return sessions(plan, reversed);
    }),
    COVERAGE_OFF_BY_ONE((plan, random) ->
            coverage(plan, change(plan.coverage(), random, workers -> workers + sign(random)))),
    COVERAGE_TOO_SHORT((plan, random) ->
            coverage(plan, plan.coverage().subList(1, plan.coverage().size()))),
    MINIMUM_RAISED((plan, random) -> figures(plan, 1, 0, 0, 0)),
    MINIMUM_AT_MOST_LOWERED((plan, random) -> figures(plan, 0, -1, 0, 0)),
    SHORTFALL_LOWERED((plan, random) -> figures(plan, 0, 0, -1, 0)),
    SHORTFALL_AT_LEAST_RAISED((plan, random) -> {
        CoveragePlan more = figures(plan, 0, 0, 0, 1);
        CoveragePlan fitting = PlanFigures.of(
                plan.request(),
                plan.sessions(),
                plan.minimumAtMost(),
                more.shortfallAtLeast(),
                plan.certificate().claims());
        return random.nextBoolean() ? more : fitting;
    }),
    ACCOUNT_FALSIFIED((plan, random) -> {
        Duration step = plan.request().step();
        int which = random.nextInt(4);
        List<AccountHours> accounts = which == 3
                ? plan.accounts().subList(1, plan.accounts().size())
                : change(
                        plan.accounts(),
                        random,
                        hours -> new AccountHours(
                                hours.account(),
                                which == 0 ? hours.planned().plus(step) : hours.planned(),
                                which == 1 ? hours.safe().plus(step) : hours.safe(),
                                which == 2 ? hours.sessions() + 1 : hours.sessions()));
        return accounts(plan, accounts);
    }),
    MISSING_FALSIFIED((plan, random) -> {
        int which = random.nextInt(8);
        Shortfall old = plan.shortfall();
        Shortfall other = old == null || which == 7
                ? null
                : new Shortfall(
                        old.target(),
                        off(old.needed(), which == 0),
                        off(old.safe(), which == 1),
                        off(old.shortOfQuota(), which == 2),
                        off(old.reached(), which == 3),
                        off(old.proven(), which == 4),
                        off(old.perDay(), which == 5),
                        which == 6 ? old.highestTarget() + 1 : old.highestTarget(),
                        old.message());
        return missing(plan, other);
    }),
    CLAIM_DROPPED((plan, random) -> {
        List<Claim> fewer = new ArrayList<>(plan.certificate().claims());
        if (!fewer.isEmpty()) {
            fewer.remove(random.nextInt(fewer.size()));
        }
        return claims(plan, fewer);
    }),
    CLAIM_SHORTFALL_RAISED((plan, random) -> claim(
            plan, random, claim -> new Claim(claim.demand(), claim.floor(), claim.shortfall() + 1, claim.proof()))),
    CLAIM_DEMAND_CHANGED((plan, random) -> {
        int by = sign(random);
        return claim(
                plan,
                random,
                claim -> new Claim(
                        change(claim.demand(), random, demand -> demand + by),
                        claim.floor(),
                        claim.shortfall(),
                        claim.proof()));
    }),
    CLAIM_DEMAND_TOO_LONG((plan, random) -> {
        return claim(plan, random, claim -> {
            List<Integer> longer = new ArrayList<>(claim.demand());
            longer.add(1);
            return new Claim(longer, claim.floor(), claim.shortfall(), claim.proof());
        });
    }),
    CLAIM_FLOOR_RAISED((plan, random) -> claim(
            plan, random, claim -> new Claim(claim.demand(), claim.floor() + 1, claim.shortfall(), claim.proof()))),
    CASE_REPLACED_BY_ITS_SIBLING((plan, random) -> branch(
            plan,
            random,
            branch -> random.nextBoolean()
                    ? new Branch(branch.worker(), branch.step(), branch.covered(), branch.covered())
                    : new Branch(branch.worker(), branch.step(), branch.uncovered(), branch.uncovered()))),
    CASE_WITHOUT_ITS_SIBLING((plan, random) ->
            branch(plan, random, branch -> random.nextBoolean() ? branch.covered() : branch.uncovered())),
    CASES_EXCHANGED((plan, random) -> branch(
            plan, random, branch -> new Branch(branch.worker(), branch.step(), branch.uncovered(), branch.covered()))),
    CASE_OF_AN_UNKNOWN_WORKER((plan, random) ->
            branch(plan, random, branch -> new Branch("nobody", branch.step(), branch.covered(), branch.uncovered()))),
    CASE_AT_NO_STEP((plan, random) -> {
        int step = random.nextBoolean() ? -1 : plan.request().steps();
        return branch(plan, random, branch -> new Branch(branch.worker(), step, branch.covered(), branch.uncovered()));
    }),
    SHORT_PRICE_NEGATIVE((plan, random) ->
            leaf(plan, random, leaf -> shorts(leaf, change(leaf.shortPrices(), random, span -> price(span, -1))))),
    SHORT_PRICE_ABOVE_THE_UNIT((plan, random) -> leaf(
            plan,
            random,
            leaf -> shorts(leaf, change(leaf.shortPrices(), random, span -> price(span, leaf.unit() + 1))))),
    SHORT_PRICE_TWICE((plan, random) -> {
        return leaf(plan, random, leaf -> {
            List<PriceSpan> more = new ArrayList<>(leaf.shortPrices());
            more.add(new PriceSpan(plan.request().steps() - 1, plan.request().steps(), 1));
            return shorts(leaf, more);
        });
    }),
    PRICE_OUT_OF_THE_HORIZON((plan, random) -> {
        int steps = plan.request().steps();
        return leaf(plan, random, leaf -> shorts(leaf, List.of(new PriceSpan(steps - 1, steps + 1, leaf.unit()))));
    }),
    PRICE_FROM_THE_FIRST_STEP_ON((plan, random) -> leaf(
            plan,
            random,
            leaf -> floors(leaf, List.of(new PriceSpan(0, plan.request().steps(), 1))))),
    FLOOR_PRICE_NEGATIVE((plan, random) -> {
        int steps = plan.request().steps();
        return leaf(plan, random, leaf -> floors(leaf, List.of(new PriceSpan(steps - 1, steps, -1))));
    }),
    QUOTA_PRICE_LOWERED((plan, random) -> quota(plan, random, price -> price - 1)),
    QUOTA_PRICE_RAISED((plan, random) -> quota(plan, random, price -> price + 1 + random.nextInt(20))),
    QUOTA_PRICE_OF_AN_UNKNOWN_ACCOUNT(
            (plan, random) -> leaf(plan, random, leaf -> quotaOf(leaf, "p/nobody", List.of(1L)))),
    QUOTA_PRICES_TOO_MANY((plan, random) ->
            leaf(plan, random, leaf -> quotaOf(leaf, "p/a0", List.of(1L, 1L, 1L, 1L, 1L)))),
    UNIT_CHANGED((plan, random) -> {
        int by = random.nextInt(4);
        return leaf(plan, random, leaf -> unit(leaf, by == 0 ? 0 : leaf.unit() + by));
    }),
    FORCE_NEGATIVE((plan, random) -> leaf(plan, random, leaf -> force(leaf, -1))),
    FORCE_CHANGED((plan, random) -> leaf(plan, random, leaf -> force(leaf, leaf.force() == 0 ? 40 : 0)));

    private final BiFunction<CoveragePlan, Random, CoveragePlan> change;

    Mutation(BiFunction<CoveragePlan, Random, CoveragePlan> change) {
        this.change = change;
    }

    /** The plan with one thing changed; the same plan where it has nothing of the kind. */
    CoveragePlan apply(CoveragePlan plan, Random random) {
        return change.apply(plan, random);
    }
}
