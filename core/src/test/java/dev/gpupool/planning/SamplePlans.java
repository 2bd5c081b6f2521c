package dev.gpupool.planning;

import dev.gpupool.internal.plancheck.PlanFigures;
import dev.gpupool.quota.ProviderPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Plans that are true, though not the best: the outputs are tested without the planner. */
final class SamplePlans {
    private SamplePlans() {}

    /** The seed's fleet, a session a day each, at even distances. */
    static CoveragePlan day() {
        return day(6);
    }

    static CoveragePlan day(int target) {
        Instant from = Instant.parse("2026-11-30T03:00:00Z");
        PlanRequestBuilder request = PlanRequest.builder()
                .cycle(from, Duration.ofDays(1))
                .handOver(Duration.ZERO)
                .target(Target.of(target))
                .zone(java.time.ZoneId.of("America/Sao_Paulo"));
        List<PlannedSession> sessions = new ArrayList<>();
        for (int i = 0; i < 14; i++) {
            String provider = i % 2 == 0 ? "colab" : "kaggle";
            Duration length = Duration.ofMinutes(i % 2 == 0 ? 690 : 510);
            String name = (i % 2 == 0 ? "Colab-" : "Kaggle-") + (i / 2 + 1);
            request.dailyAccount(provider, "conta" + i, length);
            request.worker(PlanWorker.of(name, provider, "conta" + i, length));
            Instant start = from.plus(Duration.ofMinutes(15L * (i * 96 / 14)));
            sessions.add(new PlannedSession(name, start, start, start.plus(length), false));
        }
        return plan(request.build(), sessions);
    }

    /** The seed's fleet on weekly quotas: three lanes, filled by whoever has most left. */
    static CoveragePlan week() {
        Instant from = Instant.parse("2026-11-30T03:00:00Z");
        Duration handOver = Duration.ofMinutes(15);
        PlanRequestBuilder builder = PlanRequest.builder()
                .cycle(from, Duration.ofDays(7))
                .handOver(handOver)
                .zone(java.time.ZoneId.of("America/Sao_Paulo"));
        for (int i = 0; i < 14; i++) {
            ProviderPolicy policy = i % 2 == 0 ? ProviderPolicy.colab() : ProviderPolicy.kaggle();
            builder.account(policy, "conta" + i);
            builder.worker(PlanWorker.of(
                    (i % 2 == 0 ? "Colab-" : "Kaggle-") + (i / 2 + 1),
                    policy.name(),
                    "conta" + i,
                    policy.usableSession()));
        }
        PlanRequest request = builder.build();
        return plan(request, lanes(request, 3));
    }

    private static List<PlannedSession> lanes(PlanRequest request, int lanes) {
        TreeMap<String, Integer> left = new TreeMap<>();
        TreeMap<String, Integer> busy = new TreeMap<>();
        int step = (int) request.step().toMinutes();
        request.accounts()
                .forEach(account -> left.put(
                        account.key(), (int) account.spans().get(0).safe().toMinutes() / step));
        int horizon = request.steps();
        int[] done = new int[lanes];
        for (int i = 0; i < lanes; i++) {
            done[i] = i * 15;
        }
        List<PlannedSession> sessions = new ArrayList<>();
        while (true) {
            int lane = 0;
            for (int i = 1; i < lanes; i++) {
                lane = done[i] < done[lane] ? i : lane;
            }
            int at = done[lane];
            if (at >= horizon + lane * 15) {
                return sessions;
            }
            PlanWorker worker = request.workers().stream()
                    .filter(each -> busy.getOrDefault(each.name(), -1) < at)
                    .max(Comparator.comparing(each -> left.getOrDefault(each.accountKey(), 0)))
                    .orElseThrow();
            int cap = (int) (worker.usable() == null ? 0 : worker.usable().toMinutes() / step);
            int length =
                    Math.min(Math.min(cap, left.getOrDefault(worker.accountKey(), 0)), horizon + lane * 15 - at + 1);
            if (length < 2) {
                return sessions;
            }
            int start = Math.floorMod(at - 1, horizon);
            sessions.add(new PlannedSession(
                    worker.name(),
                    request.instant(start),
                    request.instant(start + 1),
                    request.instant(start + length),
                    false));
            left.merge(worker.accountKey(), -length, Integer::sum);
            busy.put(worker.name(), at + length);
            done[lane] = at + length - 1;
        }
    }

    /**
     * From now on, over a change of the clocks: a worker that runs, one that is lost, one without end, two that share an
     * account, start windows, a target by the hour, an earlier plan.
     */
    static CoveragePlan live() {
        java.time.ZoneId berlin = java.time.ZoneId.of("Europe/Berlin");
        Instant from = Instant.parse("2026-10-24T20:00:00Z");
        PlanRequest request = PlanRequest.builder()
                .from(from, Duration.ofHours(30))
                .zone(berlin)
                .startLead(Duration.ofMinutes(30))
                .effort(3)
                .target(Target.of(2)
                        .with(new Target.Hours(
                                java.time.LocalTime.of(8, 0),
                                java.time.LocalTime.of(18, 0),
                                java.util.Set.of(java.time.DayOfWeek.SUNDAY),
                                3)))
                .account(ProviderPolicy.colab(), "team", Duration.ofHours(30))
                .account(ProviderPolicy.unlimited("box"), "own")
                .dailyAccount("kaggle", "conta1", Duration.ofHours(9))
                .worker(PlanWorker.of("Colab-1", "colab", "team", Duration.ofMinutes(690))
                        .running(from.plus(Duration.ofHours(6))))
                .worker(PlanWorker.of("Colab-2", "colab", "team", Duration.ofMinutes(690))
                        .withRest(Duration.ofHours(1))
                        .withWindows(StartWindow.daily(
                                java.time.LocalTime.of(7, 0), java.time.LocalTime.of(23, 30), berlin)))
                .worker(PlanWorker.of("Kaggle-1", "kaggle", "conta1", Duration.ofMinutes(510))
                        .lostUntil(from.plus(Duration.ofHours(8))))
                .worker(PlanWorker.of("a-box-with-a-rather-long-name", "box", "own", null))
                .build();
        Instant end = from.plus(Duration.ofHours(30));
        List<PlannedSession> sessions = List.of(
                new PlannedSession("a-box-with-a-rather-long-name", from, from, end, true),
                new PlannedSession("Colab-1", from, from, from.plus(Duration.ofHours(6)), true),
                session("Colab-2", from, 60, 690),
                session("Kaggle-1", from, 12 * 60, 510),
                session("Colab-1", from, 13 * 60, 690));
        return plan(request.withPrevious(sessions.subList(2, 4)), sessions);
    }

    private static PlannedSession session(String worker, Instant from, int minutes, int length) {
        Instant start = from.plus(Duration.ofMinutes(minutes));
        return new PlannedSession(
                worker, start, start.plus(Duration.ofMinutes(15)), start.plus(Duration.ofMinutes(length)), false);
    }

    /** The same plan with another proof. */
    static CoveragePlan certified(CoveragePlan plan, Certificate.Proof proof) {
        return new CoveragePlan(
                plan.request(),
                plan.sessions(),
                plan.coverage(),
                plan.minimum(),
                plan.minimumAtMost(),
                plan.shortfallSteps(),
                plan.shortfallAtLeast(),
                plan.accounts(),
                plan.shortfall(),
                new Certificate(List.of(new Certificate.Claim(List.of(1), 0, 1, proof))));
    }

    /** A plan of these sessions with true figures; its bounds say that it is not proven to be the best. */
    static CoveragePlan plan(PlanRequest request, List<PlannedSession> sessions) {
        CoveragePlan plan = PlanFigures.of(request, sessions);
        return new CoveragePlan(
                request,
                plan.sessions(),
                plan.coverage(),
                plan.minimum(),
                plan.minimum(),
                plan.shortfallSteps(),
                Math.max(0, plan.shortfallSteps() - 4),
                plan.accounts(),
                plan.shortfall() == null ? null : shortfall(request, plan.shortfallSteps(), plan.minimum()),
                certificate(request.steps(), plan.minimum()));
    }

    private static Shortfall shortfall(PlanRequest request, long steps, int highest) {
        Duration reached = request.step().multipliedBy(steps);
        return new Shortfall(
                "6 at every hour",
                Duration.ofHours(144),
                Duration.ofHours(140),
                Duration.ofHours(4),
                reached,
                Duration.ofHours(4),
                Duration.ofHours(4),
                highest,
                "6 at every hour needs 144 h a day; safe quota gives 140; short 4 h a day of own or paid GPU;"
                        + " the highest target that fits is " + highest + ".");
    }

    private static Certificate certificate(int steps, int minimum) {
        Certificate.Leaf leaf = new Certificate.Leaf(
                1_000,
                List.of(new Certificate.PriceSpan(0, steps, 1_000)),
                List.of(),
                Map.of("colab/conta0", List.of(7L), "kaggle/conta1", List.of()),
                Long.MAX_VALUE);
        Certificate.Proof branch = new Certificate.Branch("Colab-1", 7, leaf, leaf);
        return new Certificate(List.of(
                new Certificate.Claim(java.util.Collections.nCopies(steps, minimum + 1), 0, 1, branch),
                new Certificate.Claim(List.of(), minimum, 9_000_000_000L, leaf)));
    }
}
