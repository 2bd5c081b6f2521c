package dev.gpupool.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CrashEverywhereTest {
    private static final int JOBS = Integer.getInteger("gpupool.crash.jobs", 40);

    @Test
    void shouldLoseNoJobAndAcceptNoneTwiceWhereverTheHostDies() {
        CrashEverywhere.Outcome outcome = CrashEverywhere.of(JOBS);

        assertThat(outcome.points()).isGreaterThan(9L * JOBS);
        assertThat(outcome.lost()).isZero();
        assertThat(outcome.acceptedTwice()).isZero();
        assertThat(outcome.wrongs()).isEmpty();
    }
}
