package dev.gpupool.benchmarks.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Forecasts keep what is promised of them; few weeks say it less surely than the 200 of the benchmark. */
class ForecastBenchmarkTest {
    @Test
    void shouldForecastStartsAndMarginsOfAWeekThatRunsIntoItsQuotas() {
        ForecastScore score = ForecastBenchmark.week(3, 1);

        assertThat(score.waited()).isGreaterThan(100);
        assertThat(score.medianError()).isLessThanOrEqualTo(0.25);
        assertThat(score.cover()).isGreaterThanOrEqualTo(0.85);
        assertThat(score.width()).isLessThanOrEqualTo(3);
        assertThat(score.margins()).isGreaterThan(30);
        assertThat(score.marginError()).isLessThanOrEqualTo(0.1);
    }

    @Test
    void shouldForecastStartsOfWeeksWithLittleToDo() {
        ForecastScore score = ForecastBenchmark.week(1, 2);

        assertThat(score.waited()).isGreaterThan(10);
        assertThat(score.medianError()).isLessThanOrEqualTo(0.35);
        assertThat(score.cover()).isGreaterThanOrEqualTo(0.8);
        assertThat(score.width()).isLessThanOrEqualTo(3);
    }
}
