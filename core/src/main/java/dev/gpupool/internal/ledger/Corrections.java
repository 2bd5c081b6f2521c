package dev.gpupool.internal.ledger;

import java.util.ArrayList;
import java.util.List;

/**
 * The corrections in order of time, at most one an instant. Immutable. Their amounts are in the buckets as well; they
 * are remembered so that a bucket can be cut at an instant: what was used spreads over it, what was corrected does not.
 */
final class Corrections {
    static final Corrections EMPTY = new Corrections(List.of());

    private final List<Correction> entries;

    private Corrections(List<Correction> entries) {
        this.entries = entries;
    }

    List<Correction> entries() {
        return entries;
    }

    Corrections add(long at, long millis) {
        if (millis == 0) {
            return this;
        }
        ArrayList<Correction> next = new ArrayList<>(entries);
        int index = index(at);
        if (index == entries.size() || entries.get(index).at() != at) {
            next.add(index, new Correction(at, millis));
        } else if (entries.get(index).millis() == -millis) {
            next.remove(index);
        } else {
            next.set(index, new Correction(at, Math.addExact(entries.get(index).millis(), millis)));
        }
        return new Corrections(List.copyOf(next));
    }

    /** The sum of those in [from, to). */
    long sum(long from, long to) {
        long sum = 0;
        for (int i = index(from); i < entries.size() && entries.get(i).at() < to; i++) {
            sum = Math.addExact(sum, entries.get(i).millis());
        }
        return sum;
    }

    /** Forgets those of the days that end by an instant. */
    Corrections prune(long before) {
        int keep = index(Math.floorDiv(before, Millis.DAY) * Millis.DAY);
        return keep == 0 ? this : new Corrections(List.copyOf(entries.subList(keep, entries.size())));
    }

    private int index(long at) {
        int low = 0;
        int high = entries.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (entries.get(middle).at() < at) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
