package dev.gpupool.internal.select;

import java.util.Arrays;
import java.util.PriorityQueue;

/** Workers of one rotation that came with a smaller key than its last: a heap with four children to a node. */
final class KeyHeap {
    private static final int CHILDREN = 4;

    private final Slots<?> slots;
    private int[] heap = new int[4];
    private int size;

    KeyHeap(Slots<?> slots) {
        this.slots = slots;
    }

    /** The one with the smallest key, or {@link Slots#NONE}. */
    int top() {
        return size == 0 ? Slots.NONE : heap[0];
    }

    void push(int slot) {
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, 2 * size);
        }
        up(size++, slot);
    }

    void remove(int slot) {
        int at = slots.heapAt[slot];
        slots.heapAt[slot] = Slots.NONE;
        int moved = heap[--size];
        if (moved == slot) {
            return;
        }
        if (at > 0 && slots.isBefore(moved, heap[(at - 1) / CHILDREN])) {
            up(at, moved);
        } else {
            down(at, moved);
        }
    }

    private void up(int from, int slot) {
        int at = from;
        while (at > 0) {
            int parent = (at - 1) / CHILDREN;
            if (!slots.isBefore(slot, heap[parent])) {
                break;
            }
            set(at, heap[parent]);
            at = parent;
        }
        set(at, slot);
    }

    private void down(int from, int slot) {
        int at = from;
        while (true) {
            int least = least(CHILDREN * at + 1);
            if (least < 0 || !slots.isBefore(heap[least], slot)) {
                set(at, slot);
                return;
            }
            set(at, heap[least]);
            at = least;
        }
    }

    /** The place of the smallest of the children that begin at a place; none if there are none. */
    private int least(int first) {
        if (first >= size) {
            return Slots.NONE;
        }
        int least = first;
        for (int at = first + 1; at < Math.min(size, first + CHILDREN); at++) {
            least = slots.isBefore(heap[at], heap[least]) ? at : least;
        }
        return least;
    }

    private void set(int at, int slot) {
        heap[at] = slot;
        slots.heapAt[slot] = at;
    }

    /** All in order, without taking them; not valid after a change. */
    final class Front {
        /** Places whose parents were passed: the smallest of them is the next one. */
        private final PriorityQueue<Integer> front =
                new PriorityQueue<>((one, other) -> slots.isBefore(heap[one], heap[other]) ? -1 : 1);

        Front() {
            add(0);
        }

        private void add(int at) {
            if (at < size) {
                front.add(at);
            }
        }

        /** The next one, which stays the next one, or {@link Slots#NONE}. */
        int peek() {
            Integer at = front.peek();
            return at == null ? Slots.NONE : heap[at];
        }

        void pass() {
            int at = front.remove();
            for (int child = 1; child <= CHILDREN; child++) {
                add(CHILDREN * at + child);
            }
        }
    }
}
