package dev.gpupool.quota;

import java.time.Duration;

/**
 * The pool in a few numbers.
 *
 * @param online workers that are heard
 * @param total workers that are known
 * @param safe online workers whose account is below its margin
 * @param remaining what may still be used in the present windows, each account counted once
 * @param slotsFree free slots of online workers
 * @param slotsTotal slots of online workers
 */
public record PoolHealth(int online, int total, int safe, Duration remaining, int slotsFree, int slotsTotal) {}
