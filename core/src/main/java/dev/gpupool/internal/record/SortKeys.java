package dev.gpupool.internal.record;

/** Numbers as ASCII text whose order is that of the numbers. */
final class SortKeys {
    private static final String ZEROS = "00000000000000000000";

    private SortKeys() {}

    static String of(long number, int digits) {
        String text = Long.toString(Math.max(0, number));
        return text.length() >= digits
                ? text
                : ZEROS.substring(0, digits - text.length()).concat(text);
    }
}
