package dev.gpupool.quota;

import java.time.Instant;

/**
 * A worker that was selected for a host that dispatches by itself.
 *
 * @param id names the selection
 * @param worker the worker's name
 * @param provider its policy's name
 * @param account its account's name
 * @param sessionId its session
 * @param selectedAt when
 * @param reserved whether quota and a slot are held until the usage is recorded or the selection is released
 */
public record Selection(
        String id,
        String worker,
        String provider,
        String account,
        String sessionId,
        Instant selectedAt,
        boolean reserved) {}
