package dev.gpupool.benchmarks.forecast;

import dev.gpupool.benchmarks.forecast.ForecastTrial.Burning;
import dev.gpupool.benchmarks.forecast.ForecastTrial.Wait;
import dev.gpupool.testkit.SimExecution;
import dev.gpupool.testkit.SimOutcome;
import dev.gpupool.testkit.SimWorker;
import dev.gpupool.testkit.TestPool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * How forecasts compare with what came:
 *
 * <ol>
 *   <li>Of the jobs that were asked about those count that then waited for a minute or longer.
 *   <li>Of the accounts those count whose margin was still to come when they were asked about, and those of which it was
 *       said that it would come and that did not reach it: for these the end of the window stands for the margin.
 * </ol>
 */
final class ForecastScore {
    /** A quota of which less is left is as good as used up: the least that a job is placed for, 20 minutes. */
    private static final long LEAST = Duration.ofMinutes(20).toMillis();

    private static final long MINUTE = Duration.ofMinutes(1).toMillis();

    private final List<Wait> waits = new ArrayList<>();
    private final List<double[]> margins = new ArrayList<>();

    /** Takes in a trial and what really happened in it. */
    void add(ForecastTrial trial, SimOutcome outcome) {
        trial.waits().stream().filter(wait -> wait.real() >= MINUTE).forEach(waits::add);
        for (Burning burning : trial.burnings()) {
            long real = margin(burning, outcome);
            boolean comes = real > burning.at() && real < burning.windowEnd();
            boolean said = real == burning.windowEnd() && burning.marginAt() < burning.windowEnd();
            if (comes || said) {
                margins.add(new double[] {
                    Math.abs(burning.marginAt() - real) / (double) (real - burning.at()),
                    Math.abs(burning.marginAt() - real) / (double) (burning.windowEnd() - burning.at())
                });
            }
        }
    }

    /** Puts another's cases to these. */
    void add(ForecastScore other) {
        waits.addAll(other.waits);
        margins.addAll(other.margins);
    }

    /** When an account's real use reached its margin, as its worker's own meter has it, or the end of the window. */
    private static long margin(Burning burning, SimOutcome outcome) {
        long enough = burning.safe() - LEAST;
        long start = TestPool.START.toEpochMilli();
        long used = 0;
        for (SimExecution run : runs(burning.account(), outcome)) {
            long from = Math.max(run.fromMillis() - start, burning.windowEnd() - ForecastTrial.WEEK);
            long length = Math.min(run.toMillis() - start, burning.windowEnd()) - from;
            if (length > 0 && used + length >= enough) {
                return from + enough - used;
            }
            used += Math.max(0, length);
        }
        return burning.windowEnd();
    }

    /** Each worker has one slot, and an account of its own. */
    private static List<SimExecution> runs(String account, SimOutcome outcome) {
        List<SimExecution> runs = new ArrayList<>();
        for (SimWorker worker : outcome.workers()) {
            if (worker.spec().account().equals(account)) {
                runs.addAll(worker.meter().executions());
            }
        }
        runs.sort(Comparator.comparingLong(SimExecution::fromMillis));
        return runs;
    }

    int waited() {
        return waits.size();
    }

    int margins() {
        return margins.size();
    }

    /**
     * How far P50 is off: of the median forecast from the median real wait, or of the median job's forecast from its own
     * real wait, whichever is worse.
     */
    double medianError() {
        double ofMedians = median(waits, Wait::p50) / median(waits, Wait::real);
        double ofJobs = median(waits, wait -> wait.p50() / (double) wait.real());
        return Math.max(Math.abs(ofMedians - 1), Math.abs(ofJobs - 1));
    }

    /** The share of jobs that started by their P90. */
    double cover() {
        return (double) waits.stream().filter(wait -> wait.real() <= wait.p90()).count() / waits.size();
    }

    /** The share of jobs that started by their P50. */
    double halfCover() {
        return (double) waits.stream().filter(wait -> wait.real() <= wait.p50()).count() / waits.size();
    }

    /** P90 over the real wait, of the median job. */
    double width() {
        return median(waits, wait -> wait.p90() / (double) wait.real());
    }

    /** By how much of the time that was left to the real moment the moment of the margin was off, at the median. */
    double marginError() {
        return median(margins, error -> error[0]);
    }

    /** The share of cases in which it was off by at most a tenth of the time that was left to the real moment. */
    double marginWithin() {
        return (double) margins.stream().filter(error -> error[0] <= 0.1).count() / margins.size();
    }

    /** The share of cases in which it was off by at most a tenth of the time that was left of the window. */
    double marginWithinOfWindow() {
        return (double) margins.stream().filter(error -> error[1] <= 0.1).count() / margins.size();
    }

    private static <T> double median(List<T> cases, ToDoubleFunction<T> value) {
        double[] sorted = cases.stream().mapToDouble(value).sorted().toArray();
        return sorted.length == 0 ? Double.NaN : sorted[sorted.length / 2];
    }
}
