package dev.gpupool.benchmarks.goodput;

import java.util.List;
import java.util.Locale;

/**
 * Numbers of which only the mean is of interest, and how sure it is.
 *
 * @param mean their mean
 * @param error the standard error of the mean; infinite for fewer than two
 * @param degrees one less than there are
 */
record Sample(double mean, double error, int degrees) {
    static Sample of(List<Double> values) {
        int count = values.size();
        if (count == 0) {
            throw new IllegalArgumentException("values must not be empty");
        }
        double mean = values.stream().mapToDouble(Double::doubleValue).sum() / count;
        double squares = values.stream()
                .mapToDouble(value -> (value - mean) * (value - mean))
                .sum();
        double error = count < 2 ? Double.POSITIVE_INFINITY : Math.sqrt(squares / (count - 1) / count);
        return new Sample(mean, error, count - 1);
    }

    /** Half the width of the interval that holds the mean with 95 %. */
    double halfWidth() {
        return halfWidth(1);
    }

    /**
     * Half the width of an interval so wide that all of several such hold their means with 95 % (Bonferroni).
     *
     * @param comparisons how many there are
     */
    double halfWidth(int comparisons) {
        return degrees < 1 ? Double.POSITIVE_INFINITY : student(normal(0.025 / comparisons), degrees) * error;
    }

    /** Whether the mean is below zero, beyond what chance explains in that many comparisons. */
    boolean isBelowZero(int comparisons) {
        return mean + halfWidth(comparisons) < 0;
    }

    /** As in {@code +0.0012 +- 0.0004}. */
    String text() {
        return String.format(Locale.ROOT, "%+.4f +- %.4f", mean, halfWidth());
    }

    /** The normal quantile above which lies that much, to 0.0005 (Abramowitz and Stegun, 26.2.23). */
    private static double normal(double above) {
        double t = Math.sqrt(-2 * Math.log(above));
        double over = 2.515517 + 0.802853 * t + 0.010328 * t * t;
        double under = 1 + 1.432788 * t + 0.189269 * t * t + 0.001308 * t * t * t;
        return t - over / under;
    }

    /** Student's quantile from the normal one, by the expansion of Cornish and Fisher (Abramowitz and Stegun, 26.7.5). */
    private static double student(double x, int degrees) {
        double cube = x * x * x;
        double fifth = cube * x * x;
        double seventh = fifth * x * x;
        double n = degrees;
        return x
                + (cube + x) / (4 * n)
                + (5 * fifth + 16 * cube + 3 * x) / (96 * n * n)
                + (3 * seventh + 19 * fifth + 17 * cube - 15 * x) / (384 * n * n * n);
    }
}
