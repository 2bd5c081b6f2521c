package dev.gpupool.internal.ledger;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The open reservations in the order of their ids. Immutable; there are tens at most, so a change copies the array. */
final class Holds {
    static final Holds EMPTY = new Holds(List.of());

    private final List<Hold> sorted;

    private Holds(List<Hold> sorted) {
        this.sorted = sorted;
    }

    List<Hold> list() {
        return sorted;
    }

    @Nullable Hold find(String id) {
        int index = index(id);
        return index < 0 ? null : sorted.get(index);
    }

    /**
     * The reservation of that id.
     *
     * @throws IllegalStateException if there is none
     */
    Hold get(String id) {
        Hold hold = find(id);
        if (hold == null) {
            throw new IllegalStateException("hold.id is not in the ledger: " + id);
        }
        return hold;
    }

    /**
     * With one more.
     *
     * @throws IllegalStateException if the id is there
     */
    Holds add(Hold hold) {
        int index = index(hold.id());
        if (index >= 0) {
            throw new IllegalStateException("hold.id is in the ledger already: " + hold.id());
        }
        ArrayList<Hold> next = new ArrayList<>(sorted);
        next.add(-index - 1, hold);
        return new Holds(List.copyOf(next));
    }

    /** With the one of the same id exchanged for this one. */
    Holds replace(Hold hold) {
        ArrayList<Hold> next = new ArrayList<>(sorted);
        next.set(index(hold.id()), hold);
        return new Holds(List.copyOf(next));
    }

    Holds remove(String id) {
        int index = index(id);
        if (index < 0) {
            return this;
        }
        ArrayList<Hold> next = new ArrayList<>(sorted);
        next.remove(index);
        return new Holds(List.copyOf(next));
    }

    /** How much of all of them lies in [from, to). */
    long overlap(long from, long to) {
        long sum = 0;
        for (int i = 0; i < sorted.size(); i++) {
            sum = Math.addExact(sum, sorted.get(i).overlap(from, to));
        }
        return sum;
    }

    /** How much of those of a kind lies in [from, to). */
    long overlap(HoldKind kind, long from, long to) {
        long sum = 0;
        for (int i = 0; i < sorted.size(); i++) {
            Hold hold = sorted.get(i);
            sum = hold.kind() == kind ? Math.addExact(sum, hold.overlap(from, to)) : sum;
        }
        return sum;
    }

    /** The end of the one that ends last, or {@link Long#MIN_VALUE}. */
    long end() {
        long end = Long.MIN_VALUE;
        for (Hold hold : sorted) {
            end = Math.max(end, hold.to());
        }
        return end;
    }

    /** Where the id is, or -(where it would be) - 1. */
    private int index(String id) {
        int low = 0;
        int high = sorted.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = sorted.get(middle).id().compareTo(id);
            if (order == 0) {
                return middle;
            }
            low = order < 0 ? middle + 1 : low;
            high = order < 0 ? high : middle - 1;
        }
        return -low - 1;
    }
}
