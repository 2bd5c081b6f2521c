package dev.gpupool.testkit.promises;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/**
 * One step of a script.
 *
 * @param <K> the kinds of steps that a property knows
 * @param kind what happens
 * @param who to whom, counted round
 * @param what in which variant, counted round
 * @param much how much, from 0 to 99
 */
record Act<K extends Enum<K>>(K kind, int who, int what, int much) {
    /** Scripts over some kinds; one that is named twice is drawn twice as often. */
    static <K extends Enum<K>> Arbitrary<List<Act<K>>> scripts(int longest, List<K> kinds) {
        return Combinators.combine(
                        Arbitraries.of(kinds),
                        Arbitraries.integers().between(0, 5),
                        Arbitraries.integers().between(0, 11),
                        Arbitraries.integers().between(0, 99))
                .as(Act<K>::new)
                .list()
                .ofMinSize(longest / 4)
                .ofMaxSize(longest);
    }

    <T> T of(List<T> all) {
        return all.get(Math.floorMod(what, all.size()));
    }
}
