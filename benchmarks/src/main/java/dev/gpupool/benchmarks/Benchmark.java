package dev.gpupool.benchmarks;

import java.util.Set;

/** Something that can be measured, or a drill whose outcome is counted. */
public interface Benchmark {
    /** The name by which it is run, and the first part of its figures' names. */
    String name();

    /** The options that it takes beside {@code --quick}, such as {@code kills}. */
    default Set<String> options() {
        return Set.of();
    }

    /** Measures and prints; a quick run ends within 60 s. */
    void run(Options options) throws Exception;

    /** Prints a count as a line of JSON. */
    default void figure(String figure, long count, String unit, String note) {
        figure(figure, (double) count, unit, note);
    }

    /** Prints one figure as a line of JSON. */
    default void figure(String figure, double value, String unit, String note) {
        double rounded = value >= 1_000 ? Math.rint(value) : Math.rint(value * 1_000) / 1_000;
        String text = rounded == Math.rint(rounded) ? Long.toString((long) rounded) : Double.toString(rounded);
        System.out.println("{\"figure\":\"" + name() + "." + figure + "\",\"value\":" + text + ",\"unit\":\"" + unit
                + "\",\"note\":\"" + note + "\"}");
    }
}
