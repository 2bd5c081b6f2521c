package dev.gpupool.testkit;

/**
 * One life of a simulated machine as its provider meters it, in milliseconds since 1970 by a clock that nobody moves.
 *
 * @param fromMillis when the machine was started, before its agent registered
 * @param toMillis when it ended, or now if it runs
 * @param stopByMillis when its agent had last been told, or knew by itself, to have ended; {@link Long#MAX_VALUE} if
 *     never
 * @param disobedient whether it was made to ignore what it is told
 * @param running whether it runs
 */
public record SimSession(long fromMillis, long toMillis, long stopByMillis, boolean disobedient, boolean running) {}
