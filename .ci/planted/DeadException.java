// expect: [DeadException]
package dev.gpupool.planted;

/** Makes an exception and does not throw it. */
public final class DeadException {
    private DeadException() {}

    /** Checks a number. */
    public static void check(int number) {
        if (number < 0) {
            new IllegalArgumentException("number must not be negative, but was " + number);
        }
    }
}
