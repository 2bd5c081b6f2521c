package dev.gpupool.internal.select;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What the order needs to know of each worker, by number: arrays side by side, so that a pick among a hundred thousand
 * touches a few lines of them and no object. Rotations and heaps read and write them directly.
 *
 * @param <W> the type of the owners of nodes
 */
final class Slots<W> {
    /** No worker. */
    static final int NONE = -1;

    private static final int SMALLEST = 16;

    /** Smaller means not picked for longer. */
    long[] key = new long[SMALLEST];

    /** When the session must have ended. */
    long[] end = new long[SMALLEST];

    /** The next in the ring of its rotation. */
    int[] next = new int[SMALLEST];

    /** The one before in the ring of its rotation. */
    int[] previous = new int[SMALLEST];

    /** Its place among the latecomers of its rotation, or {@link #NONE} if it stands in the ring. */
    int[] heapAt = new int[SMALLEST];

    private long[] serial = new long[SMALLEST];

    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type cannot be made otherwise
    private @Nullable Rotation<W>[] rotation = new Rotation[SMALLEST];

    @SuppressWarnings({"unchecked", "rawtypes"}) // as above
    private @Nullable WorkerNode<W>[] node = new WorkerNode[SMALLEST];

    private @Nullable Object[] owner = new Object[SMALLEST];
    private int[] freed = new int[SMALLEST];
    private int freedCount;
    private int used;
    private long serials;

    /** A number for a worker that is in no rotation yet. */
    int add(WorkerNode<W> of, W itsOwner, long itsKey) {
        int slot = freedCount > 0 ? freed[--freedCount] : used++;
        if (slot == key.length) {
            grow(2 * slot);
        }
        key[slot] = itsKey;
        serial[slot] = serials++;
        heapAt[slot] = NONE;
        node[slot] = of;
        owner[slot] = itsOwner;
        return slot;
    }

    void remove(int slot) {
        node[slot] = null;
        owner[slot] = null;
        if (freedCount == freed.length) {
            freed = Arrays.copyOf(freed, 2 * freedCount);
        }
        freed[freedCount++] = slot;
    }

    private void grow(int size) {
        key = Arrays.copyOf(key, size);
        end = Arrays.copyOf(end, size);
        next = Arrays.copyOf(next, size);
        previous = Arrays.copyOf(previous, size);
        heapAt = Arrays.copyOf(heapAt, size);
        serial = Arrays.copyOf(serial, size);
        rotation = Arrays.copyOf(rotation, size);
        node = Arrays.copyOf(node, size);
        owner = Arrays.copyOf(owner, size);
    }

    /** Where it stands, or {@code null} if it is no candidate. */
    @Nullable Rotation<W> rotation(int slot) {
        return rotation[slot];
    }

    void rotation(int slot, @Nullable Rotation<W> now) {
        rotation[slot] = now;
    }

    WorkerNode<W> node(int slot) {
        WorkerNode<W> known = node[slot];
        if (known == null) {
            throw new IllegalStateException("no worker has number " + slot);
        }
        return known;
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // only owners are put there, and a worker that stands has one
    W owner(int slot) {
        return (W) owner[slot];
    }

    long joined(int slot) {
        return serial[slot];
    }

    /** Workers that came back with the same key stand in the order in which they joined. */
    boolean isBefore(int slot, int than) {
        long first = key[slot];
        long second = key[than];
        return first != second ? first < second : serial[slot] < serial[than];
    }

    /** The one that comes first of two, either of which may be missing. */
    int earlier(int one, int other) {
        if (one < 0 || other < 0) {
            return one < 0 ? other : one;
        }
        return isBefore(other, one) ? other : one;
    }
}
