package dev.gpupool.internal.select;

import org.jspecify.annotations.Nullable;

/**
 * Open workers of one class, band and end, in the order of their pick keys.
 *
 * <ol>
 *   <li>A pick gives the largest key of all, so it comes to the end of a ring, and what is picked next leaves from its
 *       front. Neither depends on how many there are.
 *   <li>Whoever comes with a key that belongs a few places before the end is linked in there.
 *   <li>Whoever comes with a smaller one (back from a long job, from another band, from before a restart) waits in a
 *       heap until it is picked.
 * </ol>
 *
 * @param <W> the type of the owners of nodes
 */
final class Rotation<W> {
    private static final int FEW = 4;

    private final Slots<W> slots;
    private final Band<W> band;
    private final long bucket;
    private int head = Slots.NONE;
    private int tail = Slots.NONE;
    private @Nullable KeyHeap others;
    private int place;

    Rotation(Slots<W> slots, Band<W> band, long bucket) {
        this.slots = slots;
        this.band = band;
        this.bucket = bucket;
    }

    Band<W> band() {
        return band;
    }

    /** Which quarter of an hour its sessions end in. */
    long bucket() {
        return bucket;
    }

    /** Its place in its band. */
    int place() {
        return place;
    }

    void place(int now) {
        place = now;
    }

    boolean isEmpty() {
        return first() < 0;
    }

    void insert(int slot) {
        int after = tail;
        for (int steps = 0; after >= 0 && slots.isBefore(slot, after); steps++) {
            if (steps == FEW) {
                push(slot);
                return;
            }
            after = slots.previous[after];
        }
        link(slot, after);
    }

    private void push(int slot) {
        if (others == null) {
            others = new KeyHeap(slots);
        }
        others.push(slot);
    }

    private void link(int slot, int after) {
        int before = after < 0 ? head : slots.next[after];
        slots.previous[slot] = after;
        slots.next[slot] = before;
        if (after < 0) {
            head = slot;
        } else {
            slots.next[after] = slot;
        }
        if (before < 0) {
            tail = slot;
        } else {
            slots.previous[before] = slot;
        }
    }

    void delete(int slot) {
        if (others != null && slots.heapAt[slot] >= 0) {
            others.remove(slot);
            return;
        }
        int before = slots.previous[slot];
        int after = slots.next[slot];
        if (before < 0) {
            head = after;
        } else {
            slots.next[before] = after;
        }
        if (after < 0) {
            tail = before;
        } else {
            slots.previous[after] = before;
        }
    }

    /** Gives a worker that is here a key larger than all others. */
    void toEnd(int slot, long key) {
        delete(slot);
        slots.key[slot] = key;
        link(slot, tail);
    }

    /** The longest not picked, or {@link Slots#NONE}. */
    int first() {
        return others == null ? head : slots.earlier(head, others.top());
    }

    /** The first whose session does not end before an instant. */
    int first(long minEnd) {
        int first = first();
        if (first < 0 || slots.end[first] >= minEnd) {
            return first;
        }
        Cursor all = cursor();
        while (all.peek() >= 0) {
            int slot = all.next();
            if (slots.end[slot] >= minEnd) {
                return slot;
            }
        }
        return Slots.NONE;
    }

    Cursor cursor() {
        return new Cursor();
    }

    /** All in order; not valid after a change. */
    final class Cursor {
        private final KeyHeap.@Nullable Front rest = others == null ? null : others.new Front();
        private int at = head;

        /** The next one, which stays the next one, or {@link Slots#NONE}. */
        int peek() {
            return rest == null ? at : slots.earlier(at, rest.peek());
        }

        int next() {
            int slot = peek();
            if (slot == at) {
                at = slots.next[slot];
            } else if (rest != null) {
                rest.pass();
            }
            return slot;
        }
    }
}
