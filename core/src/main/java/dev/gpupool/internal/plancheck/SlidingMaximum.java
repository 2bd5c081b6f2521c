package dev.gpupool.internal.plancheck;

/**
 * The largest of the values of the last positions. Positions are added in ascending order; a value that a later one reaches
 * can never be the largest again and is forgotten, so what remains descends, and the first is the largest. Each value is
 * added and forgotten once.
 */
final class SlidingMaximum {
    private final int[] positions;
    private final long[] values;
    private int first;
    private int size;

    SlidingMaximum(int span) {
        positions = new int[span];
        values = new long[span];
    }

    void clear() {
        size = 0;
    }

    void add(int position, long value) {
        while (size > 0 && values[(first + size - 1) % values.length] <= value) {
            size--;
        }
        int at = (first + size) % values.length;
        positions[at] = position;
        values[at] = value;
        size++;
    }

    /** The largest value at a position from {@code since} on, or {@code none}. Asked with ascending positions. */
    long since(int since, long none) {
        while (size > 0 && positions[first] < since) {
            first = (first + 1) % values.length;
            size--;
        }
        return size == 0 ? none : values[first];
    }
}
