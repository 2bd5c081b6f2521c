package dev.gpupool.selection;

import dev.gpupool.Requirements;
import java.time.Duration;

/**
 * A job as a selector sees it.
 *
 * @param id the job, or the selection's id for hosts that dispatch by themselves
 * @param tenant the owner
 * @param handler the handler's name, or empty
 * @param priority higher goes first
 * @param resumable whether it can go on from a checkpoint
 * @param need how long a session, and how much quota, it must find
 * @param requirements what it asks of a worker
 */
public record JobView(
        String id,
        String tenant,
        String handler,
        int priority,
        boolean resumable,
        Duration need,
        Requirements requirements) {}
