package dev.gpupool.internal.util;

/**
 * A fixed sequence of numbers without a pattern, from a seed of the caller's: SplitMix64 (Steele, Lea, Flood: Fast
 * Splittable Pseudorandom Number Generators, 2014). For what must come out the same each time and decides nothing in the
 * pool: its own source of chance is left alone, so that asking for a plan or a forecast changes no decision.
 */
public final class Dice {
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;
    private static final double UNIT = 0x1.0p-53;

    private long state;

    public Dice(long seed) {
        state = seed;
    }

    public long next() {
        state += GOLDEN;
        long mixed = (state ^ (state >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }

    /** At least 0, below 1. */
    public double unit() {
        return (next() >>> 11) * UNIT;
    }

    /** At least 0, below the bound. */
    public int below(int bound) {
        return (int) (unit() * bound);
    }

    /** About normally distributed, around 0, with a spread of 1: the sum of twelve. */
    public double normal() {
        double sum = -6;
        for (int i = 0; i < 12; i++) {
            sum += unit();
        }
        return sum;
    }

    /** Exponentially distributed. */
    public double exponential(double mean) {
        return -mean * Math.log(1 - unit());
    }

    /** Brings values into another order. */
    public void shuffle(int[] values) {
        for (int i = values.length - 1; i > 0; i--) {
            int j = below(i + 1);
            int kept = values[i];
            values[i] = values[j];
            values[j] = kept;
        }
    }
}
