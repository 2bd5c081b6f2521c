package dev.gpupool.internal.select;

import java.util.Comparator;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Open workers of one class, band and end, in the order of their pick keys.
 *
 * <ol>
 *   <li>A pick gives the largest key of all, so it comes to the end of a ring, and what is picked next leaves from its
 *       front. Neither depends on how many there are.
 *   <li>Who leaves from the middle of the ring leaves a hole, which goes when the ring is full.
 *   <li>Whoever comes with a smaller key than the last of the ring (back from a job, from another band, from before a
 *       restart) waits in a sorted set until it is picked.
 * </ol>
 *
 * @param <W> the type of the owners of nodes
 */
final class Rotation<W> {
    private static final int SMALLEST = 2;

    private final Band<W> band;
    private final long bucket;
    private @Nullable WorkerNode<W>[] ring = ring(SMALLEST);
    private long from;
    private long to;
    private int inRing;
    private @Nullable TreeSet<WorkerNode<W>> others;

    Rotation(Band<W> band, long bucket) {
        this.band = band;
        this.bucket = bucket;
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type cannot be made otherwise
    private static <W> @Nullable WorkerNode<W>[] ring(int size) {
        return new WorkerNode[size];
    }

    Band<W> band() {
        return band;
    }

    /** Which quarter of an hour its sessions end in. */
    long bucket() {
        return bucket;
    }

    boolean isEmpty() {
        return inRing == 0 && (others == null || others.isEmpty());
    }

    private @Nullable WorkerNode<W> at(long place) {
        return ring[(int) place & (ring.length - 1)];
    }

    private void set(long place, @Nullable WorkerNode<W> node) {
        ring[(int) place & (ring.length - 1)] = node;
    }

    void insert(WorkerNode<W> node) {
        WorkerNode<W> last = inRing == 0 ? null : at(to - 1);
        if (last == null || last.isBefore(node)) {
            append(node);
        } else {
            if (others == null) {
                others = new TreeSet<>(Comparator.<WorkerNode<W>>comparingLong(WorkerNode::pickKey)
                        .thenComparingLong(WorkerNode::serial));
            }
            others.add(node);
        }
        node.rotation(this);
    }

    private void append(WorkerNode<W> node) {
        if (to - from == ring.length) {
            close(inRing > ring.length / 2 ? 2 * ring.length : ring.length);
        }
        set(to, node);
        node.place(to++);
        inRing++;
    }

    /** Closes the holes. */
    private void close(int size) {
        @Nullable WorkerNode<W>[] next = ring(size);
        int count = 0;
        for (long place = from; place < to; place++) {
            WorkerNode<W> node = at(place);
            if (node != null) {
                next[count] = node;
                node.place(count++);
            }
        }
        ring = next;
        from = 0;
        to = count;
    }

    /** Gives a worker that is here a key larger than all others. */
    void toEnd(WorkerNode<W> node, long pickKey) {
        leave(node);
        node.pickKey(pickKey);
        append(node);
    }

    void delete(WorkerNode<W> node) {
        leave(node);
        node.rotation(null);
    }

    private void leave(WorkerNode<W> node) {
        if (node.place() >= 0) {
            set(node.place(), null);
            node.place(-1);
            inRing--;
            trim();
        } else if (others != null) {
            others.remove(node);
        }
    }

    private void trim() {
        while (from < to && at(from) == null) {
            from++;
        }
        while (from < to && at(to - 1) == null) {
            to--;
        }
    }

    @Nullable WorkerNode<W> first() {
        WorkerNode<W> inOrder = inRing == 0 ? null : at(from);
        return others == null || others.isEmpty() ? inOrder : WorkerNode.earlier(inOrder, others.first());
    }

    /** The first whose session does not end before an instant. */
    @Nullable WorkerNode<W> first(long minEnd) {
        Cursor all = cursor();
        while (all.hasNext()) {
            WorkerNode<W> node = all.next();
            if (node.end() >= minEnd) {
                return node;
            }
        }
        return null;
    }

    Cursor cursor() {
        return new Cursor();
    }

    /** All in order; not valid after a change. */
    final class Cursor implements Iterator<WorkerNode<W>> {
        private final @Nullable Iterator<WorkerNode<W>> rest = others == null ? null : others.iterator();
        private long place = from;
        private @Nullable WorkerNode<W> other = step();

        private @Nullable WorkerNode<W> step() {
            return rest != null && rest.hasNext() ? rest.next() : null;
        }

        private @Nullable WorkerNode<W> inOrder() {
            while (place < to && at(place) == null) {
                place++;
            }
            return place < to ? at(place) : null;
        }

        /** The next one, which stays the next one. */
        @Nullable WorkerNode<W> peek() {
            return WorkerNode.earlier(inOrder(), other);
        }

        @Override
        public boolean hasNext() {
            return peek() != null;
        }

        @Override
        @SuppressWarnings("ReferenceEquality") // the very node
        public WorkerNode<W> next() {
            WorkerNode<W> node = peek();
            if (node == null) {
                throw new NoSuchElementException();
            }
            if (node == other) {
                other = step();
            } else {
                place++;
            }
            return node;
        }
    }
}
