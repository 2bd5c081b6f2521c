package dev.gpupool.internal.record;

/**
 * How a job ended, or what its last failure was.
 *
 * @param kind a word for programs
 * @param message in words
 * @param at when, by wall clock
 */
public record Ending(String kind, String message, long at) {}
