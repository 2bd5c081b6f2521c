package dev.gpupool.planning;

import java.time.Duration;
import java.time.Instant;

/**
 * What comes of a pool as it is, and of the same pool with a change: both from one moment's state, under the same events.
 *
 * @param from the moment, by the pool's wall clock
 * @param horizon how far
 * @param today the pool as it is
 * @param changed the pool with the change
 * @param partial whether jobs were left out that only the storage holds: a queue may be longer than memory, and of each
 *     requirement class a pool knows those that come first
 */
public record Simulated(Instant from, Duration horizon, Outlook today, Outlook changed, boolean partial) {}
