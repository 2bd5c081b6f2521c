package dev.gpupool.benchmarks;

import dev.gpupool.planning.CoveragePlan;
import dev.gpupool.planning.CoveragePlanner;
import dev.gpupool.planning.PlanChecker;
import dev.gpupool.planning.PlanRequest;
import dev.gpupool.planning.PlanRequestBuilder;
import dev.gpupool.planning.PlanWorker;
import dev.gpupool.planning.QuotaSpan;
import dev.gpupool.planning.Target;
import dev.gpupool.quota.ProviderPolicy;
import java.time.Duration;
import java.util.List;

/**
 * How good plans are and how long they take. Times are of the thread's processor, as everywhere here; the first plan of a
 * process, with nothing warmed up, is a figure of its own. What is planned in 1,000 workers is compared with the area
 * bound: safe hours by hours of a week, which no plan can exceed, hand-overs or not.
 */
final class PlanBenchmark implements Benchmark {
    private static final Duration COLAB = Duration.ofMinutes(690);
    private static final Duration KAGGLE = Duration.ofMinutes(510);
    private static final Duration WEEK = Duration.ofDays(7);

    @Override
    public String name() {
        return "plan";
    }

    @Override
    public void run(Options options) {
        int rounds = options.quick() ? 3 : 15;
        PlanRequest weekly = weekly(7).build();
        figure("seconds-14-first", seconds(weekly, 1), "s", "the seed's week, the first plan of the process");
        CoveragePlan day = plan(daily().target(Target.of(6)).build());
        figure("seed-daily-min", day.minimum(), "workers", "140 h a day, no hand-over; the optimum is 5");
        figure("seed-daily-max", day.maximum(), "workers", "the same");
        CoveragePlan week = plan(weekly);
        figure(
                "seed-weekly-min",
                week.minimum(),
                "workers",
                "558.6 h a week, hand-overs of 15 min; proven to be at most " + week.minimumAtMost());
        figure("seconds-14", seconds(weekly, rounds), "s", "the seed's week, median of " + rounds);
        losses();
        PlanRequest thousand = weekly(500).build();
        figure(
                "seconds-1000",
                seconds(thousand, options.quick() ? 1 : 5),
                "s",
                "1,000 workers over a week, " + thousand.steps() + " steps");
        CoveragePlan large = plan(thousand);
        double area = safeHours(thousand) / WEEK.toHours();
        figure(
                "gap-1000",
                (area - large.minimum()) / area,
                "of the area bound",
                "minimum " + large.minimum() + ", area " + Math.round(area * 10) / 10.0 + "; at most 0.05");
    }

    private void losses() {
        List<LostWorker.Loss> losses = LostWorker.each();
        long behind =
                losses.stream().filter(loss -> loss.minimum() < loss.atMost()).count();
        figure(
                "replan-behind",
                behind,
                "losses",
                "of " + losses.size() + " workers lost for 24 h, after which 15 min are not enough for the optimum; 0");
        figure(
                "replan-seconds",
                losses.stream().mapToDouble(LostWorker.Loss::seconds).max().orElse(0),
                "s",
                "the longest of them; under 1");
        figure(
                "replan-changes",
                losses.stream().mapToInt(LostWorker.Loss::startChanges).max().orElse(0),
                "starts",
                "that are other than before, the most of them");
    }

    private static double safeHours(PlanRequest request) {
        Duration sum = request.accounts().stream()
                .flatMap(account -> account.spans().stream())
                .map(QuotaSpan::safe)
                .reduce(Duration.ZERO, Duration::plus);
        return sum.toMinutes() / 60.0;
    }

    private static double seconds(PlanRequest request, int rounds) {
        double[] seconds = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            long begun = Measure.cpuNanos();
            Measure.sink = CoveragePlanner.plan(request).minimum();
            seconds[i] = (Measure.cpuNanos() - begun) / 1e9;
        }
        return Measure.median(seconds);
    }

    /** A plan that the checker accepts, whatever the planner thinks of it. */
    private static CoveragePlan plan(PlanRequest request) {
        CoveragePlan plan = CoveragePlanner.plan(request);
        List<String> wrong = PlanChecker.check(plan);
        if (!wrong.isEmpty()) {
            throw new IllegalStateException("the checker refuses the plan: " + wrong);
        }
        return plan;
    }

    private static PlanRequestBuilder daily() {
        PlanRequestBuilder request =
                PlanRequest.builder().cycle(Duration.ofDays(1)).handOver(Duration.ZERO);
        for (int i = 1; i <= 7; i++) {
            request.dailyAccount("colab", "conta" + i, COLAB)
                    .worker(PlanWorker.of("Colab-" + i, "colab", "conta" + i, COLAB))
                    .dailyAccount("kaggle", "conta" + i, KAGGLE)
                    .worker(PlanWorker.of("Kaggle-" + i, "kaggle", "conta" + i, KAGGLE));
        }
        return request;
    }

    private static PlanRequestBuilder weekly(int each) {
        PlanRequestBuilder request = PlanRequest.builder().cycle(WEEK);
        for (int i = 1; i <= each; i++) {
            request.account(ProviderPolicy.colab(), "conta" + i)
                    .worker(PlanWorker.of("Colab-" + i, "colab", "conta" + i, COLAB))
                    .account(ProviderPolicy.kaggle(), "conta" + i)
                    .worker(PlanWorker.of("Kaggle-" + i, "kaggle", "conta" + i, KAGGLE));
        }
        return request;
    }
}
