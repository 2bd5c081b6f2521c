package dev.gpupool.benchmarks.forecast;

import dev.gpupool.benchmarks.Benchmark;
import dev.gpupool.benchmarks.Options;
import dev.gpupool.benchmarks.Weeks;
import dev.gpupool.testkit.SimOutcome;
import dev.gpupool.testkit.Simulation;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Forecasts over simulated weeks of the seed's fleet, in virtual time and without faults: after a week in which the pool
 * learns, eight in which it is asked. Two of three runs have 12 % long jobs, in every third it is 35 %, which is more than
 * the quotas hold.
 */
public final class ForecastBenchmark implements Benchmark {
    private static final int WEEKS = 8;
    private static final int JOBS_A_WEEK = 500;
    private static final int LIGHT_PERCENT = 12;
    private static final int FULL_PERCENT = 35;

    @Override
    public String name() {
        return "forecast";
    }

    @Override
    public Set<String> options() {
        return Set.of("runs");
    }

    @Override
    public void run(Options options) {
        int weeks = options.quick() ? 2 : WEEKS;
        int runs = options.quick() ? 3 : options.count("runs", 25);
        ForecastScore light = new ForecastScore();
        ForecastScore full = new ForecastScore();
        List<ForecastScore> scores = Weeks.play(runs, seed -> week(seed, weeks));
        for (int i = 0; i < runs; i++) {
            (isFull(i + 1) ? full : light).add(scores.get(i));
        }
        ForecastScore all = new ForecastScore();
        all.add(light);
        all.add(full);
        print("", all, runs * weeks + " weeks");
        if (light.waited() > 0) {
            print("light.", light, "those with " + LIGHT_PERCENT + " % long jobs");
        }
        if (full.waited() > 0) {
            print("full.", full, "those with " + FULL_PERCENT + " % long jobs");
        }
    }

    private static boolean isFull(long seed) {
        return seed % 3 == 0;
    }

    /** Asks in so many weeks, after one to learn from. */
    static ForecastScore week(long seed, int weeks) {
        int days = 7 * (weeks + 1);
        ForecastTrial trial = new ForecastTrial(Duration.ofDays(7));
        SimOutcome outcome = Simulation.seed(seed)
                .days(days)
                .jobs(JOBS_A_WEEK * (weeks + 1))
                .longJobs(isFull(seed) ? FULL_PERCENT : LIGHT_PERCENT)
                .observer(trial)
                .documentsKept()
                .run();
        ForecastScore score = new ForecastScore();
        score.add(trial, outcome);
        return score;
    }

    private void print(String part, ForecastScore score, String what) {
        String jobs = what + ", " + score.waited() + " jobs that waited for a minute";
        figure(part + "p50-median-error", score.medianError(), "share", jobs + "; target at most 0.25");
        figure(part + "p90-cover", score.cover(), "share", jobs + "; target at least 0.85");
        figure(part + "p50-cover", score.halfCover(), "share", jobs);
        figure(part + "p90-over-real", score.width(), "ratio", "at the median; target at most 3");
        if (score.margins() > 0) {
            String cases = what + ", " + score.margins() + " cases from mid-week on";
            figure(part + "margin-error", score.marginError(), "share", cases + ", at the median; target at most 0.1");
            figure(part + "margin-within-tenth", score.marginWithin(), "share", "off by a tenth of the time to it");
            figure(
                    part + "margin-within-tenth-of-window",
                    score.marginWithinOfWindow(),
                    "share",
                    "off by a tenth of what is left of the window");
        }
    }
}
