package dev.gpupool.internal.forecast;

import dev.gpupool.internal.util.Dice;

/**
 * How much of their limit jobs of one sort really run: a histogram over 64 steps of equal ratio between a ten-thousandth
 * of the limit and all of it. Immutable.
 */
public final class Shape {
    static final int STEPS = 64;
    private static final double DECADES = 4;

    private final double[] weights;

    Shape(double[] weights) {
        this.weights = weights.clone();
    }

    /** The step that holds a ratio. */
    static int step(double ratio) {
        if (!(ratio > 0)) {
            return 0;
        }
        int step = (int) Math.floor(STEPS + STEPS * Math.log10(ratio) / DECADES);
        return Math.max(0, Math.min(STEPS - 1, step));
    }

    /** Where a step begins, as a part of the limit; the step behind the last begins where that ends. */
    static double edge(int step) {
        return step == 0 ? 0 : Math.pow(10, DECADES * (step - STEPS) / STEPS);
    }

    /**
     * Draws how long a job runs in all.
     *
     * @param limit its limit in milliseconds
     * @param ran how much of it is behind it: it runs longer than that
     * @param dice the chance
     * @return milliseconds, above {@code ran}
     */
    long total(long limit, long ran, Dice dice) {
        double least = (double) ran / limit;
        int first = step(least);
        double low = Math.max(edge(first), least);
        double cut = least <= 0 ? 1 : Math.max(0, (edge(first + 1) - low) / (edge(first + 1) - edge(first)));
        double mass = weights[first] * cut;
        for (int i = first + 1; i < STEPS; i++) {
            mass += weights[i];
        }
        double at = dice.unit() * mass;
        double drawn = weights[first] * cut;
        int step = first;
        while (at >= drawn && step < STEPS - 1) {
            at -= drawn;
            step++;
            drawn = weights[step];
        }
        double from = step == first ? low : edge(step);
        double part = drawn <= 0 ? dice.unit() : at / drawn;
        return Math.max(ran + 1, Math.round(limit * (from + part * (edge(step + 1) - from))));
    }
}
