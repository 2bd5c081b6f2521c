package dev.gpupool.internal.planning;

import dev.gpupool.planning.AccountHours;
import dev.gpupool.planning.CoveragePlan;
import dev.gpupool.planning.PlanAccount;
import dev.gpupool.planning.PlanRequest;
import dev.gpupool.planning.PlannedSession;
import dev.gpupool.planning.QuotaSpan;
import dev.gpupool.planning.Shortfall;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Says a plan in instants again. */
final class Result {
    private final PlanRequest request;
    private final Model model;
    private final Roster roster;
    private final Proofs proofs;

    Result(PlanRequest request, Model model, Roster roster, Proofs proofs) {
        this.request = request;
        this.model = model;
        this.roster = roster;
        this.proofs = proofs;
    }

    CoveragePlan plan() {
        long missing = roster.shortfall(model.demands());
        return new CoveragePlan(
                request,
                sessions(),
                Arrays.stream(roster.coverages()).boxed().toList(),
                roster.minimum(),
                proofs.minimumAtMost(model),
                missing,
                proofs.shortfallAtLeast(),
                accounts(),
                request.target() == null || missing == 0 ? null : shortfall(missing),
                proofs.certificate(model));
    }

    private List<PlannedSession> sessions() {
        List<PlannedSession> sessions = new ArrayList<>();
        for (int lane = 0; lane < model.lanes.size(); lane++) {
            Schedule schedule = roster.get(lane);
            for (int i = 0; i < schedule.size(); i++) {
                sessions.add(new PlannedSession(
                        model.lanes.get(lane).worker,
                        request.instant(schedule.start(i)),
                        request.instant(schedule.coversFrom(i, model.handOver)),
                        request.instant(schedule.end(i)),
                        schedule.running(i)));
            }
        }
        sessions.sort(Comparator.comparing(PlannedSession::start).thenComparing(PlannedSession::worker));
        return sessions;
    }

    private List<AccountHours> accounts() {
        Map<String, Duration> safe = new TreeMap<>();
        request.accounts().forEach(account -> safe.put(account.key(), safe(account)));
        int[] begun = new int[model.quotas.size()];
        for (int lane = 0; lane < model.lanes.size(); lane++) {
            begun[model.lanes.get(lane).account] += roster.get(lane).begun();
        }
        List<AccountHours> hours = new ArrayList<>();
        for (int account = 0; account < model.quotas.size(); account++) {
            Quota quota = model.quotas.get(account);
            long steps = 0;
            for (int span = 0; span < quota.spans(); span++) {
                steps += roster.used(account, span);
            }
            hours.add(new AccountHours(
                    quota.account,
                    request.step().multipliedBy(steps),
                    safe.getOrDefault(quota.account, Duration.ZERO),
                    begun[account]));
        }
        hours.sort(Comparator.comparing(AccountHours::account));
        return hours;
    }

    private static Duration safe(PlanAccount account) {
        return account.spans().stream().map(QuotaSpan::safe).reduce(Duration.ZERO, Duration::plus);
    }

    /** What an account can pay for at all: a worker uses an hour an hour. */
    private static Duration useful(PlanAccount account, long workers) {
        long seats = account.sessions() == 0 ? workers : Math.min(workers, account.sessions());
        Duration sum = Duration.ZERO;
        for (QuotaSpan span : account.spans()) {
            Duration all = Duration.between(span.from(), span.to()).multipliedBy(seats);
            sum = sum.plus(all.compareTo(span.safe()) < 0 ? all : span.safe());
        }
        return sum;
    }

    private @Nullable Shortfall shortfall(long missing) {
        long need = 0;
        for (int t = model.judged; t < model.steps; t++) {
            need += model.demand(t);
        }
        Duration needed = request.step().multipliedBy(need);
        Map<String, Long> workers = new TreeMap<>();
        request.workers().forEach(worker -> workers.merge(worker.accountKey(), 1L, Long::sum));
        Duration safe = request.accounts().stream()
                .map(account -> useful(account, workers.getOrDefault(account.key(), 0L)))
                .reduce(Duration.ZERO, Duration::plus);
        Duration lacking = needed.compareTo(safe) > 0 ? needed.minus(safe) : Duration.ZERO;
        return ShortfallText.of(
                request,
                needed,
                safe,
                lacking,
                request.step().multipliedBy(missing),
                request.step().multipliedBy(proofs.shortfallAtLeast()),
                roster.minimum(),
                proofs.minimumAtMost(model));
    }
}
