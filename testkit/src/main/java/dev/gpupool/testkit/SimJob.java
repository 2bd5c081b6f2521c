package dev.gpupool.testkit;

import dev.gpupool.spi.worker.Content;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a simulated worker does for a job: a payload in the form {@code {"workMillis":3600000,
 * "checkpointEveryMillis":600000, "checkpointMillis":5000, "failAt":-1, "failAttempts":1000000, "outcome":"ok"}}; what is
 * absent has the value of {@link #ofMillis}. A step of the job is a millisecond of work.
 *
 * @param workMillis how much work there is in all
 * @param checkpointEveryMillis how much work lies between two checkpoints, or 0 for none
 * @param checkpointMillis how long a checkpoint takes
 * @param failAt the step at which an outcome other than {@link Outcome#OK} comes, or -1 for the end
 * @param failAttempts the last attempt that it comes to; later ones end well
 * @param outcome how it ends
 */
public record SimJob(
        long workMillis,
        long checkpointEveryMillis,
        long checkpointMillis,
        long failAt,
        int failAttempts,
        Outcome outcome) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** How a simulated job ends. */
    public enum Outcome {
        /** It completes. */
        OK,
        /** It fails by its own fault, and may be tried again. */
        FAIL,
        /** It fails because its payload makes no sense. */
        BAD_INPUT,
        /** It fails by the worker's fault. */
        ENV,
        /** It runs out of memory. */
        OOM,
        /** It takes its worker down with it. */
        CRASH;

        private String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a time is negative
     */
    public SimJob {
        requireNotNegative("workMillis", workMillis);
        requireNotNegative("checkpointEveryMillis", checkpointEveryMillis);
        requireNotNegative("checkpointMillis", checkpointMillis);
    }

    /**
     * A job that completes, without checkpoints.
     *
     * @param workMillis how much work there is
     * @return the job
     */
    public static SimJob ofMillis(long workMillis) {
        return new SimJob(workMillis, 0, 0, -1, Integer.MAX_VALUE, Outcome.OK);
    }

    /**
     * The same job with checkpoints.
     *
     * @param everyMillis how much work lies between two
     * @param tookMillis how long each takes
     * @return the job
     */
    public SimJob withCheckpoints(long everyMillis, long tookMillis) {
        return new SimJob(workMillis, everyMillis, tookMillis, failAt, failAttempts, outcome);
    }

    /**
     * The same job with another end.
     *
     * @param how the end
     * @param atStep the step at which it comes, or -1 for the end of the work
     * @param attempts the last attempt that it comes to
     * @return the job
     */
    public SimJob ending(Outcome how, long atStep, int attempts) {
        return new SimJob(workMillis, checkpointEveryMillis, checkpointMillis, atStep, attempts, how);
    }

    /**
     * The payload that asks for this.
     *
     * @return JSON text
     */
    public String toJson() {
        return "{\"workMillis\":" + workMillis + ",\"checkpointEveryMillis\":" + checkpointEveryMillis
                + ",\"checkpointMillis\":" + checkpointMillis + ",\"failAt\":" + failAt + ",\"failAttempts\":"
                + failAttempts + ",\"outcome\":\"" + outcome.word() + "\"}";
    }

    /**
     * Reads a payload.
     *
     * @param payload inline JSON text
     * @return the job, or {@code null} if the payload is none of this form
     */
    public static @Nullable SimJob parse(Content payload) {
        String text = payload.json();
        if (text == null) {
            return null;
        }
        try {
            JsonNode json = JSON.readTree(text);
            return !json.path("workMillis").isIntegralNumber() ? null : read(json);
        } catch (JacksonException | IllegalArgumentException e) {
            return null;
        }
    }

    private static SimJob read(JsonNode json) {
        return new SimJob(
                json.path("workMillis").asLong(0),
                json.path("checkpointEveryMillis").asLong(0),
                json.path("checkpointMillis").asLong(0),
                json.path("failAt").asLong(-1),
                json.path("failAttempts").asInt(Integer.MAX_VALUE),
                Outcome.valueOf(json.path("outcome")
                        .asString("ok")
                        .toUpperCase(Locale.ROOT)
                        .replace('-', '_')));
    }

    /** The step at which this attempt does not go on, or -1 if it goes to its end and completes. */
    long failStep(int attempt) {
        if (outcome == Outcome.OK || attempt > failAttempts) {
            return -1;
        }
        return failAt < 0 ? workMillis : Math.min(failAt, workMillis);
    }

    /** The step of the first checkpoint after a step, or -1 if the work ends before. */
    long nextCheckpoint(long step) {
        if (checkpointEveryMillis == 0) {
            return -1;
        }
        long next = (step / checkpointEveryMillis + 1) * checkpointEveryMillis;
        return next < workMillis ? next : -1;
    }

    private static void requireNotNegative(String field, long value) {
        if (value < 0) {
            throw new IllegalArgumentException(field + " must not be negative, but was " + value);
        }
    }
}
