package dev.gpupool.internal.ledger;

/**
 * One correction of what was used, as the provider or an operator had it.
 *
 * @param at the instant as of which it holds, in epoch milliseconds
 * @param millis what was added; negative if it was taken away
 */
public record Correction(long at, long millis) {}
