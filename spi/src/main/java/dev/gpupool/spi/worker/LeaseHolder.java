package dev.gpupool.spi.worker;

/**
 * The worker that leases were issued to: it may report about them in this session or a later one.
 *
 * @param tenant the owner, or empty for a worker of the pool
 * @param provider its provider policy
 * @param account who is metered there
 * @param worker the worker's name
 */
public record LeaseHolder(String tenant, String provider, String account, String worker) {}
