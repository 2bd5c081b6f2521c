package dev.gpupool.internal.select;

import java.util.Arrays;

/**
 * Open workers of one class whose accounts have used about as much, by the quarter of an hour in which their sessions
 * end. The first of each quarter, with its key, stands in arrays, so that a query over all of them reads two of those.
 *
 * @param <W> the type of the owners of nodes
 */
final class Band<W> {
    private static final long BUCKET_MILLIS = 15 * 60_000;

    private final Slots<W> slots;
    private final long number;

    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type cannot be made otherwise
    private Rotation<W>[] rotations = new Rotation[2];

    private long[] buckets = new long[2];
    private int[] heads = new int[2];
    private long[] keys = new long[2];
    private int size;
    private int count;

    Band(Slots<W> slots, long number) {
        this.slots = slots;
        this.number = number;
    }

    long number() {
        return number;
    }

    boolean isEmpty() {
        return count == 0;
    }

    static long bucket(long end) {
        return Math.floorDiv(end, BUCKET_MILLIS);
    }

    /** How many rotations there are; some may be empty. */
    int size() {
        return size;
    }

    /** In the order of their ends. */
    Rotation<W> rotation(int place) {
        return rotations[place];
    }

    void insert(int slot) {
        Rotation<W> rotation = rotation(bucket(slots.end[slot]));
        rotation.insert(slot);
        slots.rotation(slot, rotation);
        count++;
        look(rotation);
    }

    void delete(int slot, Rotation<W> rotation) {
        rotation.delete(slot);
        slots.rotation(slot, null);
        count--;
        look(rotation);
    }

    /** A worker of one of the rotations was picked. */
    void toEnd(int slot, Rotation<W> rotation, long key) {
        rotation.toEnd(slot, key);
        look(rotation);
    }

    /** Notes who is first in a rotation now. */
    private void look(Rotation<W> rotation) {
        int head = rotation.first();
        int at = rotation.place();
        heads[at] = head;
        keys[at] = head < 0 ? Long.MAX_VALUE : slots.key[head];
    }

    private Rotation<W> rotation(long bucket) {
        int at = Arrays.binarySearch(buckets, 0, size, bucket);
        return at >= 0 ? rotations[at] : add(bucket);
    }

    private Rotation<W> add(long bucket) {
        forgetEmpty();
        int at = -Arrays.binarySearch(buckets, 0, size, bucket) - 1;
        if (size == buckets.length) {
            rotations = Arrays.copyOf(rotations, 2 * size);
            buckets = Arrays.copyOf(buckets, 2 * size);
            heads = Arrays.copyOf(heads, 2 * size);
            keys = Arrays.copyOf(keys, 2 * size);
        }
        for (int i = size; i > at; i--) {
            move(i - 1, i);
        }
        size++;
        Rotation<W> made = new Rotation<>(slots, this, bucket);
        rotations[at] = made;
        buckets[at] = bucket;
        made.place(at);
        look(made);
        return made;
    }

    private void forgetEmpty() {
        int kept = 0;
        for (int i = 0; i < size; i++) {
            if (heads[i] >= 0) {
                move(i, kept++);
            }
        }
        size = kept;
    }

    private void move(int from, int to) {
        rotations[to] = rotations[from];
        buckets[to] = buckets[from];
        heads[to] = heads[from];
        keys[to] = keys[from];
        rotations[to].place(to);
    }

    /** The longest not picked whose session does not end before an instant, or {@link Slots#NONE}. */
    int first(long minEnd) {
        long bucket = bucket(minEnd);
        int best = Slots.NONE;
        long bestKey = Long.MAX_VALUE;
        int at = size - 1;
        for (; at >= 0 && buckets[at] > bucket; at--) {
            if (keys[at] < bestKey || (keys[at] == bestKey && best >= 0 && slots.isBefore(heads[at], best))) {
                best = heads[at];
                bestKey = keys[at];
            }
        }
        return at >= 0 && buckets[at] == bucket ? slots.earlier(best, rotations[at].first(minEnd)) : best;
    }
}
