package dev.gpupool.internal.planning;

import java.util.Arrays;

/**
 * For each diagonal the starts of the last so many steps that may still be the best, by falling key: the sliding-window
 * maximum with a monotone queue. Not thread-safe.
 */
final class StartQueues {
    private int[] heads = {};
    private int[] sizes = {};
    private int[] starts = {};
    private long[] keys = {};
    private int offset;
    private int diagonals;
    private int room;
    private boolean sliding;

    /**
     * Empties the queues and makes room.
     *
     * @param steps how many starts there are
     * @param uses how many uses
     * @param perStep 1 if use is counted, else 0
     * @param width how many starts are alive at a time
     * @param slides whether starts ever grow too old
     */
    void prepare(int steps, int uses, int perStep, int width, boolean slides) {
        offset = steps * perStep;
        diagonals = steps * perStep + uses;
        sliding = slides;
        room = slides ? width + 1 : 1;
        if (heads.length < diagonals) {
            heads = new int[diagonals];
            sizes = new int[diagonals];
        }
        if (starts.length < diagonals * room) {
            starts = new int[diagonals * room];
            keys = new long[diagonals * room];
        }
        clear();
    }

    void clear() {
        Arrays.fill(sizes, 0, diagonals, 0);
        Arrays.fill(heads, 0, diagonals, 0);
    }

    void offer(int diagonal, int start, long key) {
        int queue = diagonal + offset;
        int base = queue * room;
        int size = sizes[queue];
        if (!sliding) {
            if (size == 0 || key > keys[base]) {
                keys[base] = key;
                starts[base] = start;
                sizes[queue] = 1;
            }
            return;
        }
        int head = heads[queue];
        while (size > 0 && keys[base + slot(head + size - 1)] < key) {
            size--;
        }
        keys[base + slot(head + size)] = key;
        starts[base + slot(head + size)] = start;
        sizes[queue] = size + 1;
    }

    /** The best key of a diagonal among starts from {@code oldest} on, or {@link LaneDp#NONE}. */
    long best(int diagonal, int oldest) {
        int queue = diagonal + offset;
        int base = queue * room;
        while (sizes[queue] > 0 && starts[base + heads[queue]] < oldest) {
            heads[queue] = slot(heads[queue] + 1);
            sizes[queue]--;
        }
        return sizes[queue] == 0 ? LaneDp.NONE : keys[base + heads[queue]];
    }

    /** The start of the key that {@link #best} returned last for a diagonal. */
    int start(int diagonal) {
        int queue = diagonal + offset;
        return starts[queue * room + heads[queue]];
    }

    private int slot(int index) {
        return index >= room ? index - room : index;
    }
}
