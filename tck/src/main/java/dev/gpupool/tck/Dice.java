package dev.gpupool.tck;

import java.util.ArrayList;
import java.util.List;

/** Numbers that look random and are the same in every run (SplitMix64). Not thread-safe. */
final class Dice {
    private long state;

    Dice(long seed) {
        state = seed;
    }

    /** From 0 to one less than the bound. */
    int below(int bound) {
        state += 0x9E3779B97F4A7C15L;
        long mixed = (state ^ (state >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return (int) Long.remainderUnsigned(mixed ^ (mixed >>> 31), bound);
    }

    boolean oneIn(int count) {
        return below(count) == 0;
    }

    <T> List<T> shuffled(List<T> values) {
        List<T> left = new ArrayList<>(values);
        List<T> shuffled = new ArrayList<>(values.size());
        while (!left.isEmpty()) {
            shuffled.add(left.remove(below(left.size())));
        }
        return shuffled;
    }
}
