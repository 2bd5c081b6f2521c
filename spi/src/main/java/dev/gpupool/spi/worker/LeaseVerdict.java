package dev.gpupool.spi.worker;

/**
 * The verdict on one lease of a beat.
 *
 * @param lease the lease
 * @param verdict what to do
 */
public record LeaseVerdict(LeaseToken lease, Verdict verdict) {}
