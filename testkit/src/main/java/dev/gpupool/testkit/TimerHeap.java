package dev.gpupool.testkit;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Timers in the order of due time, then of arming. A heap with four children a node over one array; each timer knows
 * its place, so that calling one off takes it out at once.
 */
final class TimerHeap {
    private @Nullable VirtualTimer[] nodes = new VirtualTimer[256];
    private int size;

    int size() {
        return size;
    }

    @Nullable VirtualTimer first() {
        return nodes[0];
    }

    void add(VirtualTimer timer) {
        if (size == nodes.length) {
            nodes = Arrays.copyOf(nodes, size * 2);
        }
        siftUp(size++, timer);
    }

    /** Puts a timer that is in the heap where its changed due time belongs. */
    void moved(VirtualTimer timer) {
        int place = timer.place;
        siftUp(place, timer);
        if (timer.place == place) {
            siftDown(place, timer);
        }
    }

    void remove(VirtualTimer timer) {
        int place = timer.place;
        timer.place = VirtualTimer.IDLE;
        VirtualTimer last = at(--size);
        nodes[size] = null;
        if (last != timer) {
            last.place = place;
            nodes[place] = last;
            moved(last);
        }
    }

    private void siftUp(int start, VirtualTimer timer) {
        int place = start;
        while (place > 0) {
            int parent = (place - 1) >> 2;
            VirtualTimer above = at(parent);
            if (!before(timer, above)) {
                break;
            }
            put(place, above);
            place = parent;
        }
        put(place, timer);
    }

    private void siftDown(int start, VirtualTimer timer) {
        int place = start;
        for (int child = leastChild(place); child > 0; child = leastChild(place)) {
            VirtualTimer below = at(child);
            if (!before(below, timer)) {
                break;
            }
            put(place, below);
            place = child;
        }
        put(place, timer);
    }

    /** The child that comes first, or 0 if there is none. */
    private int leastChild(int place) {
        int child = (place << 2) + 1;
        if (child >= size) {
            return 0;
        }
        int end = Math.min(child + 4, size);
        int least = child;
        for (int other = child + 1; other < end; other++) {
            if (before(at(other), at(least))) {
                least = other;
            }
        }
        return least;
    }

    private void put(int place, VirtualTimer timer) {
        nodes[place] = timer;
        timer.place = place;
    }

    @SuppressWarnings("NullAway") // every place below the size is filled
    private VirtualTimer at(int place) {
        return nodes[place];
    }

    private static boolean before(VirtualTimer a, VirtualTimer b) {
        return a.dueNanos < b.dueNanos || (a.dueNanos == b.dueNanos && a.sequence < b.sequence);
    }
}
