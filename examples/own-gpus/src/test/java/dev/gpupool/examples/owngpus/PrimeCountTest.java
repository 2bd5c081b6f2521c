package dev.gpupool.examples.owngpus;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrimeCountTest {
    @Test
    void shouldCountTheSameHoweverTheNumbersAreCut() {
        assertThat(PrimeCount.primes(0, 1_000_000)).isEqualTo(78_498);
        for (int cut : new int[] {0, 1, 2, 3, 4, 9, 25, 997, 500_000, 999_999}) {
            assertThat(PrimeCount.primes(0, cut) + PrimeCount.primes(cut, 1_000_000))
                    .as("cut at %d", cut)
                    .isEqualTo(78_498);
        }
    }
}
