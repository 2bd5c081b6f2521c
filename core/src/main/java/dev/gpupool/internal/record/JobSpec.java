package dev.gpupool.internal.record;

import dev.gpupool.Requirements;
import dev.gpupool.spi.worker.Content;

/**
 * What was submitted. Never changes.
 *
 * @param handler the handler's name
 * @param payload its input
 * @param requirements what it asks of a worker
 * @param priority higher goes first
 * @param limitMillis how long an attempt may run; for a resumable job all its attempts together, lost work apart
 * @param resumable whether it can go on from a checkpoint
 * @param checkpointMillis how long a checkpoint takes, as declared
 * @param maxRetries how many failures of its own it may have before it is failed
 * @param submittedAt when, by the submitting host's wall clock
 */
public record JobSpec(
        String handler,
        Content payload,
        Requirements requirements,
        int priority,
        long limitMillis,
        boolean resumable,
        long checkpointMillis,
        int maxRetries,
        long submittedAt) {}
