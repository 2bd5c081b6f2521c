package dev.gpupool.benchmarks.goodput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SampleTest {
    @Test
    void shouldGiveStudentsInterval() {
        // Mean 5.5, standard deviation 3.0277; t for 9 degrees of freedom is 2.2622.
        Sample sample = of(10);
        assertThat(sample.mean()).isEqualTo(5.5);
        assertThat(sample.halfWidth()).isCloseTo(2.2622 * 3.02765 / Math.sqrt(10), within(0.002));
    }

    @Test
    void shouldComeNearTheNormalIntervalWithMany() {
        Sample many = of(10_000);
        assertThat(many.halfWidth() / many.error()).isCloseTo(1.960, within(0.001));
        // What lies above 3.1971 is 0.025 / 36.
        assertThat(many.halfWidth(36) / many.error()).isCloseTo(3.1971, within(0.002));
    }

    @Test
    void shouldBeBelowZeroOnlyBeyondTheInterval() {
        Sample near = new Sample(-1.9, 1, 10_000);
        Sample far = new Sample(-2.1, 1, 10_000);
        assertThat(near.isBelowZero(1)).isFalse();
        assertThat(far.isBelowZero(1)).isTrue();
        assertThat(far.isBelowZero(36)).as("one of 36 may be so by chance").isFalse();
        assertThat(new Sample(-3.3, 1, 10_000).isBelowZero(36)).isTrue();
        assertThat(new Sample(3.3, 1, 10_000).isBelowZero(1)).isFalse();
    }

    @Test
    void shouldKnowNothingFromOneNumber() {
        Sample one = Sample.of(List.of(-5.0));
        assertThat(one.mean()).isEqualTo(-5);
        assertThat(one.halfWidth()).isInfinite();
        assertThat(one.isBelowZero(1)).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> Sample.of(List.of()));
    }

    private static Sample of(int count) {
        return Sample.of(
                IntStream.rangeClosed(1, count).mapToObj(i -> (double) i).toList());
    }
}
