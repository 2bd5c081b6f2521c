package dev.gpupool.internal.select;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Open workers of one class whose accounts have used about as much, by the quarter of an hour in which their sessions
 * end.
 *
 * @param <W> the type of the owners of nodes
 */
final class Band<W> {
    private static final long BUCKET_MILLIS = 15 * 60_000;

    private final long number;
    private final List<Rotation<W>> rotations = new ArrayList<>(1);
    private int count;

    Band(long number) {
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

    /** In the order of their ends; some may be empty. */
    List<Rotation<W>> rotations() {
        return rotations;
    }

    void insert(WorkerNode<W> node) {
        rotation(bucket(node.end())).insert(node);
        count++;
    }

    void delete(WorkerNode<W> node, Rotation<W> rotation) {
        rotation.delete(node);
        count--;
    }

    private Rotation<W> rotation(long bucket) {
        int at = place(bucket);
        if (at < rotations.size() && rotations.get(at).bucket() == bucket) {
            return rotations.get(at);
        }
        rotations.removeIf(Rotation::isEmpty);
        Rotation<W> made = new Rotation<>(this, bucket);
        rotations.add(place(bucket), made);
        return made;
    }

    /** Where the first rotation is that does not end before a bucket. */
    private int place(long bucket) {
        int low = 0;
        int high = rotations.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (rotations.get(middle).bucket() < bucket) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** The longest not picked whose session does not end before an instant. */
    @Nullable WorkerNode<W> first(long minEnd) {
        long bucket = bucket(minEnd);
        WorkerNode<W> best = null;
        for (int i = rotations.size() - 1; i >= 0; i--) {
            Rotation<W> rotation = rotations.get(i);
            if (rotation.bucket() < bucket) {
                break;
            }
            best = WorkerNode.earlier(best, rotation.bucket() == bucket ? rotation.first(minEnd) : rotation.first());
        }
        return best;
    }
}
