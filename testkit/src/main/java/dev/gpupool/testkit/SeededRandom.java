package dev.gpupool.testkit;

import java.util.random.RandomGenerator;

/**
 * A source of chance that gives the same numbers for the same seed on every Java version (SplitMix64). Not safe for use
 * by many threads.
 */
public final class SeededRandom implements RandomGenerator {
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    private long state;

    /**
     * Begins a sequence.
     *
     * @param seed any number
     */
    public SeededRandom(long seed) {
        this.state = mix(seed + GOLDEN);
    }

    @Override
    public long nextLong() {
        state += GOLDEN;
        return mix(state);
    }

    /**
     * A number from zero to below a bound.
     *
     * @param bound above zero
     * @return the number
     * @throws IllegalArgumentException if the bound is not positive
     */
    public long below(long bound) {
        if (bound <= 0) {
            throw new IllegalArgumentException("bound must be positive, but was " + bound);
        }
        return (nextLong() >>> 1) % bound;
    }

    /**
     * A number between two others.
     *
     * @param min the least
     * @param max the greatest, at least {@code min}
     * @return the number
     */
    public long between(long min, long max) {
        return min == max ? min : min + below(max - min + 1);
    }

    /**
     * Whether something happens that happens so often. Draws nothing if it never does.
     *
     * @param ppm how often, in millionths
     * @return whether it happens now
     */
    public boolean chance(int ppm) {
        return ppm > 0 && below(1_000_000) < ppm;
    }

    /**
     * A generator of its own, so that what one part draws does not shift what another part gets.
     *
     * @return the generator
     */
    public SeededRandom split() {
        return new SeededRandom(nextLong());
    }

    /**
     * A random word of 16 hexadecimal digits.
     *
     * @return the word
     */
    public String word() {
        long bits = nextLong();
        byte[] digits = new byte[16];
        for (int i = 15; i >= 0; i--) {
            digits[i] = (byte) "0123456789abcdef".charAt((int) (bits & 15));
            bits >>>= 4;
        }
        return new String(digits, java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
