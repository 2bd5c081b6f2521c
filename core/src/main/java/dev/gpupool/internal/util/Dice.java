package dev.gpupool.internal.forecast;

/**
 * Chance for a play, from a seed of the caller's: SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number
 * Generators, 2014). The pool's own source of chance is left alone, so that asking for a forecast changes no decision.
 */
final class Dice {
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;
    private static final double UNIT = 0x1.0p-53;

    private long state;

    Dice(long seed) {
        state = seed;
    }

    long next() {
        state += GOLDEN;
        long mixed = (state ^ (state >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }

    /** At least 0, below 1. */
    double unit() {
        return (next() >>> 11) * UNIT;
    }

    int below(int bound) {
        return (int) (unit() * bound);
    }

    /** About normally distributed, around 0, with a spread of 1: the sum of twelve. */
    double normal() {
        double sum = -6;
        for (int i = 0; i < 12; i++) {
            sum += unit();
        }
        return sum;
    }

    /** Exponentially distributed. */
    double exponential(double mean) {
        return -mean * Math.log(1 - unit());
    }
}
