package dev.gpupool.planning;

import java.time.Duration;

/**
 * What a plan takes from an account.
 *
 * @param account {@code provider/account}
 * @param planned the length of its sessions within the horizon
 * @param safe what it had left
 * @param sessions how many of its sessions somebody has to start
 */
public record AccountHours(String account, Duration planned, Duration safe, int sessions) {}
