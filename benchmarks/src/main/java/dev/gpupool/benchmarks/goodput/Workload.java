package dev.gpupool.benchmarks.goodput;

import dev.gpupool.testkit.SeededRandom;
import dev.gpupool.testkit.SimJob;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * What jobs a week has, as its file says.
 *
 * @param name as in the figures
 * @param load the work of all jobs, over the safe bound
 * @param waitingShare how much of the work waits when the week begins, 0 to 1
 * @param arrivalHours over how many hours the rest is submitted
 * @param kinds the kinds of jobs
 */
record Workload(String name, double load, double waitingShare, long arrivalHours, List<JobKind> kinds) {
    private static final long HOUR = 3_600_000;

    /**
     * A job that is to be submitted.
     *
     * @param atMillis when, from the beginning of the week
     * @param job what it does
     * @param limitMillis the limit that its user gives
     */
    record Planned(long atMillis, SimJob job, long limitMillis) {}

    Workload {
        kinds = List.copyOf(kinds);
        double sum = kinds.stream().mapToDouble(JobKind::share).sum();
        if (Math.abs(sum - 1) > 1e-9) {
            throw new IllegalArgumentException("the shares of workload " + name + " must sum up to 1, but give " + sum);
        }
    }

    static Workload named(String name) {
        JsonNode json = Files.read(name + ".json");
        List<JobKind> kinds = new ArrayList<>();
        for (JsonNode kind : Files.field(json, "kinds")) {
            kinds.add(JobKind.of(kind));
        }
        return new Workload(
                Files.field(json, "name").asString(),
                Files.field(json, "load").asDouble(),
                Files.field(json, "waitingShare").asDouble(),
                Files.field(json, "arrivalHours").asLong(),
                kinds);
    }

    /** Draws the jobs of a week: so many that their work is the load. The last one is cut. */
    List<Planned> plan(SeededRandom random, long boundMillis) {
        long all = Math.round(boundMillis * load);
        long waiting = Math.round(all * waitingShare);
        List<Planned> jobs = new ArrayList<>();
        long sum = 0;
        while (sum < all) {
            JobKind kind = kind(random.nextDouble());
            long work = Math.min(kind.work(random), all - sum);
            long at = random.below(arrivalHours * HOUR);
            jobs.add(new Planned(sum < waiting ? 0 : at, kind.job(work, random), kind.limit(work)));
            sum += work;
        }
        return jobs;
    }

    private JobKind kind(double chance) {
        double left = chance;
        for (JobKind kind : kinds) {
            left -= kind.share();
            if (left < 0) {
                return kind;
            }
        }
        return kinds.get(kinds.size() - 1);
    }
}
