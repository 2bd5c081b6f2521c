package dev.gpupool.benchmarks.goodput;

import dev.gpupool.testkit.SeededRandom;
import dev.gpupool.testkit.SimJob;
import tools.jackson.databind.JsonNode;

/**
 * One kind of job of a workload.
 *
 * @param share how many of the jobs are such, 0 to 1
 * @param minMinutes the least work
 * @param maxMinutes the most work; between the two it is log-uniform
 * @param limitFactor what a user says it may take, over what it takes
 * @param limitStepMinutes what a user rounds that up to
 * @param checkpointEveryMinutes how much work lies between two checkpoints, or 0 if it cannot resume
 * @param minCheckpointSeconds the least time that a checkpoint takes
 * @param maxCheckpointSeconds the most
 */
record JobKind(
        double share,
        long minMinutes,
        long maxMinutes,
        double limitFactor,
        long limitStepMinutes,
        long checkpointEveryMinutes,
        long minCheckpointSeconds,
        long maxCheckpointSeconds) {
    private static final long MINUTE = 60_000;

    static JobKind of(JsonNode json) {
        JsonNode every = json.path("checkpointEveryMinutes");
        return new JobKind(
                Files.field(json, "share").asDouble(),
                Files.field(json, "minMinutes").asLong(),
                Files.field(json, "maxMinutes").asLong(),
                Files.field(json, "limitFactor").asDouble(),
                Files.field(json, "limitStepMinutes").asLong(),
                every.asLong(0),
                json.path("minCheckpointSeconds").asLong(0),
                json.path("maxCheckpointSeconds").asLong(0));
    }

    boolean resumable() {
        return checkpointEveryMinutes > 0;
    }

    /** Draws how much work a job is. */
    long work(SeededRandom random) {
        double low = StrictMath.log((double) (minMinutes * MINUTE));
        double high = StrictMath.log((double) (maxMinutes * MINUTE));
        return Math.round(StrictMath.exp(low + (high - low) * random.nextDouble()));
    }

    SimJob job(long work, SeededRandom random) {
        SimJob job = SimJob.ofMillis(work);
        return resumable()
                ? job.withCheckpoints(
                        checkpointEveryMinutes * MINUTE,
                        random.between(minCheckpointSeconds * 1_000, maxCheckpointSeconds * 1_000))
                : job;
    }

    long limit(long work) {
        long step = limitStepMinutes * MINUTE;
        return Math.max(1, (long) StrictMath.ceil(work * limitFactor / step)) * step;
    }
}
