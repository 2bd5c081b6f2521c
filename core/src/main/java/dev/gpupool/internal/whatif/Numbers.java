package dev.gpupool.internal.whatif;

import java.util.random.RandomGenerator;

/**
 * Numbers that are the same in every simulation: SplitMix64 from a fixed seed (Steele, Lea, Flood, "Fast Splittable
 * Pseudorandom Number Generators", 2014). The pool's own source of chance is not touched. Not thread-safe.
 */
final class Numbers implements RandomGenerator {
    private long state;

    @Override
    public long nextLong() {
        state += 0x9e3779b97f4a7c15L;
        long mixed = (state ^ (state >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }
}
