package dev.gpupool.internal.plancheck;

import dev.gpupool.planning.PlanAccount;
import dev.gpupool.planning.PlanRequest;
import dev.gpupool.planning.PlanRequestBuilder;
import dev.gpupool.planning.PlanWorker;
import dev.gpupool.planning.PlannedSession;
import dev.gpupool.planning.QuotaSpan;
import dev.gpupool.planning.StartWindow;
import dev.gpupool.planning.Target;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Random requests that are small enough to enumerate: up to three workers and ten steps, cyclic and from now on, with start
 * windows, rests, quota spans, shared accounts, places, caps, hand-overs, leads, earlier plans, workers that run already and
 * workers that are away. Times do not fit the grid where a time may not.
 */
final class SmallRequests {
    static final Duration STEP = Duration.ofMinutes(15);
    private static final Instant FROM = Instant.parse("2026-03-02T10:00:00Z");
    private static final List<ZoneId> ZONES = List.of(ZoneOffset.UTC, ZoneId.of("America/Sao_Paulo"));

    private final Random random;
    private final int steps;
    private final boolean cyclic;
    private final Duration handOver;

    private SmallRequests(long seed) {
        random = new Random(new SplittableRandom(seed).nextLong());
        steps = 3 + random.nextInt(8);
        cyclic = random.nextBoolean();
        handOver = random.nextInt(3) == 0 ? Duration.ZERO : ragged(1);
    }

    static PlanRequest of(long seed) {
        return new SmallRequests(seed).request();
    }

    private PlanRequest request() {
        int fleet = 1 + random.nextInt(3);
        PlanRequestBuilder builder = PlanRequest.builder().step(STEP).handOver(handOver);
        if (cyclic) {
            builder.cycle(FROM, STEP.multipliedBy(steps));
        } else {
            builder.from(FROM, STEP.multipliedBy(steps));
            int lead = random.nextInt(3);
            builder.startLead(lead < steps - 1 ? ragged(lead) : Duration.ZERO);
        }
        int accounts = 1 + random.nextInt(fleet);
        boolean twins = random.nextInt(3) == 0;
        PlanWorker pattern = worker("w0", "a0");
        for (int i = 0; i < fleet; i++) {
            String account = "a" + (i < accounts ? i : random.nextInt(accounts));
            builder.worker(twins ? twin(pattern, "w" + i, account) : worker("w" + i, account));
        }
        for (int i = 0; i < accounts; i++) {
            int sessions = random.nextInt(3) == 0 ? (twins ? 1 : 2) + random.nextInt(2) : 0;
            builder.account(new PlanAccount("p", "a" + i, twins || sessions > 2 ? sessions : 0, spans(fleet)));
        }
        return finish(builder, fleet);
    }

    private PlanRequest finish(PlanRequestBuilder builder, int fleet) {
        if (!cyclic && random.nextInt(3) == 0) {
            Instant start = FROM.plus(STEP.multipliedBy(random.nextInt(2)));
            String worker = "w" + random.nextInt(fleet);
            builder.previous(List.of(new PlannedSession(worker, start, start, start.plus(STEP), false)));
        }
        Target target = Target.of(random.nextInt(fleet + 1));
        if (random.nextBoolean()) {
            LocalTime hour = LocalTime.of(10, 15).plusMinutes(15L * random.nextInt(4));
            target = target.with(new Target.Hours(
                    hour, hour.plusMinutes(30), Set.of(DayOfWeek.values()), random.nextInt(fleet + 1)));
        }
        return (random.nextInt(4) == 0 ? builder : builder.target(target)).build();
    }

    private PlanWorker worker(String name, String account) {
        Duration usable = random.nextInt(5) == 0 ? null : whole(handOver).plus(ragged(1 + random.nextInt(steps)));
        Duration rest = random.nextInt(2) == 0 ? Duration.ZERO : ragged(random.nextInt(4));
        List<StartWindow> windows = new ArrayList<>();
        for (int i = random.nextInt(3) == 0 ? 1 + random.nextInt(2) : 0; i > 0; i--) {
            windows.add(window());
        }
        boolean away = !cyclic && random.nextInt(4) == 0;
        boolean runs = !cyclic && random.nextInt(3) == 0;
        return new PlanWorker(
                name,
                "p",
                account,
                usable,
                rest,
                windows,
                away ? FROM.plus(ragged(random.nextInt(steps))) : null,
                runs ? FROM.plus(ragged(random.nextInt(steps + 2))) : null);
    }

    /** Alike as far as workers must be that share places, which says nothing of who runs and who is away. */
    private PlanWorker twin(PlanWorker of, String name, String account) {
        boolean same = cyclic || random.nextBoolean();
        return new PlanWorker(
                name,
                "p",
                account,
                of.usable(),
                of.rest(),
                of.windows(),
                same ? of.notBefore() : random.nextInt(2) == 0 ? null : FROM.plus(ragged(random.nextInt(steps))),
                same ? of.runningUntil() : random.nextInt(2) == 0 ? null : FROM.plus(ragged(random.nextInt(steps))));
    }

    private StartWindow window() {
        ZoneId zone = ZONES.get(random.nextInt(ZONES.size()));
        LocalTime begin =
                FROM.plus(STEP.multipliedBy(random.nextInt(steps))).atZone(zone).toLocalTime();
        return StartWindow.daily(begin, begin.plusMinutes(10 + random.nextInt(60)), zone);
    }

    private List<QuotaSpan> spans(int fleet) {
        Set<Integer> ends = new TreeSet<>(List.of(steps));
        for (int i = random.nextInt(3); i > 0; i--) {
            ends.add(1 + random.nextInt(steps));
        }
        List<QuotaSpan> spans = new ArrayList<>();
        int begin = 0;
        for (int end : ends) {
            int most = random.nextInt(6) == 0 ? fleet * (end - begin) : random.nextInt(2 * (end - begin) + 1);
            spans.add(new QuotaSpan(
                    FROM.plus(STEP.multipliedBy(begin)), FROM.plus(STEP.multipliedBy(end)), ragged(most)));
            begin = end;
        }
        return spans;
    }

    /** Rounded up, as on the grid. */
    private static Duration whole(Duration time) {
        long down = time.dividedBy(STEP);
        return STEP.multipliedBy(STEP.multipliedBy(down).equals(time) ? down : down + 1);
    }

    /** So many steps, or a few minutes more. */
    private Duration ragged(int steps) {
        return STEP.multipliedBy(steps).plusMinutes(random.nextInt(3) == 0 ? random.nextInt(15) : 0);
    }

    /** What {@link #of} is meant to hold. */
    static @Nullable String feature(PlanRequest request, int which) {
        List<PlanWorker> workers = request.workers();
        return switch (which) {
            case 0 -> request.cyclic() ? "cyclic" : "from now on";
            case 1 -> request.handOver().isZero() ? "no hand-over" : "hand-over";
            case 2 -> workers.stream().anyMatch(worker -> !worker.windows().isEmpty()) ? "start windows" : null;
            case 3 -> workers.stream().anyMatch(worker -> !worker.rest().isZero()) ? "rests" : null;
            case 4 -> workers.stream().anyMatch(worker -> worker.usable() == null) ? "no cap" : null;
            case 5 -> workers.stream().anyMatch(worker -> worker.notBefore() != null) ? "away" : null;
            case 6 -> workers.stream().anyMatch(worker -> worker.runningUntil() != null) ? "running" : null;
            case 7 ->
                request.accounts().stream().anyMatch(account -> account.spans().size() > 2) ? "spans" : null;
            case 8 -> request.accounts().size() < workers.size() ? "shared account" : null;
            case 9 -> request.accounts().stream().anyMatch(account -> account.sessions() == 1) ? "places" : null;
            case 10 -> request.startLead().isZero() ? null : "lead";
            case 11 -> request.previous().isEmpty() ? null : "earlier plan";
            case 12 -> request.target() == null ? "no target" : "target";
            case 13 -> "workers " + workers.size();
            case 14 -> "steps " + request.steps();
            default -> null;
        };
    }
}
