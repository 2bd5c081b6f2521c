package dev.gpupool.benchmarks;

import dev.gpupool.testkit.CrashEverywhere;

/** A drill: the host dies at every changeset of a run in turn, in three ways. */
final class CrashEverywhereBenchmark implements Benchmark {
    private static final int QUICK_JOBS = 20;
    private static final int JOBS = 200;

    @Override
    public String name() {
        return "crash-everywhere";
    }

    @Override
    public void run(Options options) {
        boolean quick = options.quick();
        int jobs = quick ? QUICK_JOBS : JOBS;
        CrashEverywhere.Outcome outcome = CrashEverywhere.of(jobs);
        String note = "runs of " + jobs + " jobs over 4 workers, crashed at each changeset in 3 ways";
        figure("points", outcome.points(), "crashes", note);
        figure("lost", outcome.lost(), "jobs", note);
        figure("accepted-twice", outcome.acceptedTwice(), "jobs", note);
        if (!outcome.wrongs().isEmpty() || outcome.lost() + outcome.acceptedTwice() > 0) {
            throw new IllegalStateException("a promise was broken: " + outcome);
        }
    }
}
