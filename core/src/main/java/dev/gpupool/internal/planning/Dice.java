package dev.gpupool.internal.planning;

/** A fixed sequence of numbers without a pattern (xorshift*, Marsaglia and Vigna): the same request gives the same plan. */
final class Dice {
    private long state;

    Dice(long seed) {
        state = seed * 0x9E3779B97F4A7C15L + 1;
        if (state == 0) {
            state = 1;
        }
    }

    /** A number from 0 to below the bound. */
    int below(int bound) {
        state ^= state >>> 12;
        state ^= state << 25;
        state ^= state >>> 27;
        long mixed = state * 0x2545F4914F6CDD1DL;
        return (int) Math.floorMod(mixed >>> 16, (long) bound);
    }

    void shuffle(int[] values) {
        for (int i = values.length - 1; i > 0; i--) {
            int j = below(i + 1);
            int kept = values[i];
            values[i] = values[j];
            values[j] = kept;
        }
    }
}
