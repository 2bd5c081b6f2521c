package dev.gpupool.examples.aion;

import dev.gpupool.GpuPool;
import dev.gpupool.JobInfo;
import dev.gpupool.JobState;
import dev.gpupool.spi.worker.Content;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** What came of it, in words and as one JSON object. */
final class Report {
    private final Options options;
    private final Bench bench;
    private final GpuPool pool;
    private final Work work;
    private final Observer observer;
    private final List<? extends Opened> notebooks;
    private final Function<Training, String> uninterrupted;
    private int succeeded;
    private int lost;
    private int unequal;

    /** @param uninterrupted gives the digest of the model that a training gives without any interruption */
    Report(
            Options options,
            Bench bench,
            GpuPool pool,
            Work work,
            Observer observer,
            List<? extends Opened> notebooks,
            Function<Training, String> uninterrupted) {
        this.uninterrupted = uninterrupted;
        this.options = options;
        this.bench = bench;
        this.pool = pool;
        this.work = work;
        this.observer = observer;
        this.notebooks = notebooks;
    }

    /** Prints everything; true if nothing is wrong. */
    boolean print(Console console, int samplesPerHour) {
        coverage(console, observer.hourly(samplesPerHour));
        console.line(
                "\nHours per worker (online in all since this process began, used of the account's present window)");
        for (Opened notebook : notebooks) {
            console.line(String.format(
                    Locale.ROOT,
                    "  %-9s %5.1f h online, %s h used",
                    notebook.name(),
                    notebook.onlineHours(),
                    used(notebook.name())));
        }
        judgeJobs();
        models(console);
        console.line("\nResumed from a checkpoint " + bench.resumes() + " times, " + bench.missing()
                + " checkpoints gone, " + bench.corrupt() + " refused by their digest; at most " + observer.maxRunning()
                + " jobs ran at one instant on " + observer.maxOnline() + " of " + notebooks.size() + " workers");
        console.line(json(observer.hourly(samplesPerHour)));
        return clean();
    }

    private String used(String worker) {
        return pool.workers().names().contains(worker)
                ? String.format(
                        Locale.ROOT,
                        "%5.1f",
                        bench.world().inHours(pool.quotas().quota(worker).used().toNanos()))
                : "never started, so  0.0";
    }

    private void coverage(Console console, List<Double> hours) {
        console.line("\nHourly coverage: workers online, mean of each hour (local time), one line a day");
        for (int from = 0; from < hours.size(); from += 24) {
            StringBuilder line = new StringBuilder("  day " + (from / 24 + 1) + ":");
            for (double hour : hours.subList(from, Math.min(from + 24, hours.size()))) {
                line.append(String.format(Locale.ROOT, " %4.1f", hour));
            }
            console.line(line.toString());
        }
    }

    private void judgeJobs() {
        for (String id : work.jobs()) {
            Optional<JobInfo> job = pool.job(id);
            if (job.isEmpty()) {
                lost++;
            } else if (job.get().state() == JobState.SUCCEEDED) {
                succeeded++;
            }
        }
    }

    private void models(Console console) {
        console.line("\nTraining: the model that the pool's workers made, beside that of an uninterrupted run");
        for (Map.Entry<String, Training> entry : work.trainings().entrySet()) {
            String sha256 = uninterrupted.apply(entry.getValue());
            Optional<JobInfo> job = pool.job(entry.getKey());
            Content result = job.isPresent() ? job.get().result() : null;
            String json = result == null ? null : result.json();
            boolean equal = json != null && json.contains(sha256);
            unequal += equal ? 0 : 1;
            console.line("  " + entry.getKey() + " attempts="
                    + job.map(JobInfo::attempt).orElse(0) + " pool="
                    + (json == null ? "none" : json) + " uninterrupted=" + sha256
                    + (equal ? " EQUAL" : " DIFFERENT"));
        }
    }

    private int acceptedTwice() {
        return observer.successes().values().stream().mapToInt(n -> n - 1).sum();
    }

    private double utilisation(String provider) {
        return observer.maxUtilisation(provider);
    }

    private boolean clean() {
        boolean jobs = lost == 0
                && acceptedTwice() == 0
                && unequal == 0
                && succeeded == work.jobs().size();
        boolean harms = options.http() || (bench.missing() > 0 && bench.corrupt() > 0);
        boolean faults = observer.failovers() > 0 && bench.resumes() > 0 && harms;
        boolean quota = utilisation("colab") <= 0.70 && utilisation("kaggle") <= 0.70;
        boolean atOnce = !options.allAtOnce() || observer.maxRunning() >= notebooks.size();
        return jobs && faults && quota && atOnce;
    }

    private String json(List<Double> hours) {
        return String.format(
                Locale.ROOT,
                "{\"workers\":%d,\"jobsSubmitted\":%d,\"jobsSucceeded\":%d,\"jobsLost\":%d,\"acceptedTwice\":%d,"
                        + "\"failovers\":%d,\"drains\":%d,\"maxUtilisation\":{\"colab\":%.4f,\"kaggle\":%.4f},"
                        + "\"coverage\":{\"min\":%.2f,\"max\":%.2f,\"mean\":%.2f}}",
                notebooks.size(),
                work.jobs().size(),
                succeeded,
                lost,
                acceptedTwice(),
                observer.failovers(),
                observer.drains(),
                utilisation("colab"),
                utilisation("kaggle"),
                hours.stream().mapToDouble(Double::doubleValue).min().orElse(0),
                hours.stream().mapToDouble(Double::doubleValue).max().orElse(0),
                hours.stream().mapToDouble(Double::doubleValue).average().orElse(0));
    }
}
