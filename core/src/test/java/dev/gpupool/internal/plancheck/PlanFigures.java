package dev.gpupool.internal.plancheck;

import dev.gpupool.internal.plancheck.Series.Stretch;
import dev.gpupool.planning.AccountHours;
import dev.gpupool.planning.Certificate;
import dev.gpupool.planning.Certificate.Claim;
import dev.gpupool.planning.CoveragePlan;
import dev.gpupool.planning.PlanAccount;
import dev.gpupool.planning.PlanRequest;
import dev.gpupool.planning.PlannedSession;
import dev.gpupool.planning.QuotaSpan;
import dev.gpupool.planning.Shortfall;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes plans of sessions that need not be allowed, with true figures, counted minute by minute and not on the grid. */
public final class PlanFigures {
    private PlanFigures() {}

    static PlannedSession session(PlanRequest request, String worker, Stretch stretch) {
        return new PlannedSession(
                worker,
                request.instant(stretch.start()),
                request.instant(stretch.covers()),
                request.instant(stretch.end()),
                stretch.running());
    }

    /** A plan whose bounds say nothing, so that its sessions alone decide whether it is right. */
    public static CoveragePlan of(PlanRequest request, List<PlannedSession> sessions) {
        return of(request, sessions, request.workers().size(), 0, List.of());
    }

    static CoveragePlan of(
            PlanRequest request,
            List<PlannedSession> sessions,
            int minimumAtMost,
            long shortfallAtLeast,
            List<Claim> claims) {
        List<PlannedSession> sorted = new ArrayList<>(sessions);
        sorted.sort(Comparator.comparing(PlannedSession::start).thenComparing(PlannedSession::worker));
        List<Integer> coverage = new ArrayList<>();
        int minimum = Integer.MAX_VALUE;
        long missing = 0;
        long needed = 0;
        for (int step = 0; step < request.steps(); step++) {
            int at = step;
            coverage.add((int) sorted.stream()
                    .mapToLong(session -> counts(request, session, at))
                    .sum());
            if (!request.instant(step).isBefore(request.from().plus(request.startLead()))) {
                minimum = Math.min(minimum, coverage.get(step));
                missing += Math.max(0, request.demand(step) - coverage.get(step));
                needed += request.demand(step);
            }
        }
        return new CoveragePlan(
                request,
                sorted,
                coverage,
                minimum,
                minimumAtMost,
                missing,
                shortfallAtLeast,
                accounts(request, sorted),
                shortfall(request, minimum, missing, needed, shortfallAtLeast),
                new Certificate(claims));
    }

    /** Once for each time that a session holds the step, this cycle's or the next's. */
    private static long counts(PlanRequest request, PlannedSession session, int step) {
        long count = 0;
        for (int cycle = 0; cycle < (request.cyclic() ? 2 : 1); cycle++) {
            Duration later = request.length().multipliedBy(cycle);
            boolean begun = !request.instant(step).plus(later).isBefore(session.coversFrom());
            count += begun && request.instant(step).plus(later).isBefore(session.end()) ? 1 : 0;
        }
        return count;
    }

    private static List<AccountHours> accounts(PlanRequest request, List<PlannedSession> sessions) {
        List<AccountHours> hours = new ArrayList<>();
        for (PlanAccount account : request.accounts()) {
            List<PlannedSession> own = sessions.stream()
                    .filter(session -> request.workers().stream()
                            .anyMatch(worker -> worker.name().equals(session.worker())
                                    && worker.accountKey().equals(account.key())))
                    .toList();
            Duration planned = own.stream().map(PlannedSession::length).reduce(Duration.ZERO, Duration::plus);
            int starts =
                    (int) own.stream().filter(session -> !session.running()).count();
            hours.add(new AccountHours(account.key(), planned, safe(account), starts));
        }
        hours.sort(Comparator.comparing(AccountHours::account));
        return hours;
    }

    private static Duration safe(PlanAccount account) {
        return account.spans().stream().map(QuotaSpan::safe).reduce(Duration.ZERO, Duration::plus);
    }

    /** In milliseconds, no more than its workers can use, of which some may have no place. */
    private static long useful(PlanRequest request, PlanAccount account) {
        long workers = request.workers().stream()
                .filter(worker -> worker.accountKey().equals(account.key()))
                .count();
        long places = account.sessions() == 0 ? workers : Math.min(workers, account.sessions());
        return account.spans().stream()
                .mapToLong(span -> Math.min(
                        span.safe().toMillis(),
                        places * Duration.between(span.from(), span.to()).toMillis()))
                .sum();
    }

    private static @Nullable Shortfall shortfall(
            PlanRequest request, int minimum, long missing, long needed, long atLeast) {
        if (request.target() == null || missing == 0) {
            return null;
        }
        long step = request.step().toMillis();
        long safe = request.accounts().stream()
                .mapToLong(account -> useful(request, account))
                .sum();
        long ofQuota = Math.max(0, needed * step - safe);
        long perDay = Math.max(ofQuota, atLeast * step) * 24 * 60;
        return new Shortfall(
                "words",
                Duration.ofMillis(needed * step),
                Duration.ofMillis(safe),
                Duration.ofMillis(ofQuota),
                Duration.ofMillis(missing * step),
                Duration.ofMillis(atLeast * step),
                Duration.ofMillis(perDay / request.length().toMinutes()),
                minimum,
                "more words");
    }
}
