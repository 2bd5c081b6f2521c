package dev.gpupool.internal.system;

import java.security.SecureRandom;
import java.util.random.RandomGenerator;

/**
 * The one adapter of chance. It hands out the platform's secure generator itself, not a faster one that is seeded from
 * it: lease ids and tokens go to workers, who must not be able to work out the next from those that they have seen.
 */
public final class SystemRandom {
    private SystemRandom() {}

    /**
     * A generator whose output cannot be predicted. Safe for use by many threads.
     *
     * @return a new generator, seeded by the system
     */
    public static RandomGenerator create() {
        return new SecureRandom();
    }
}
