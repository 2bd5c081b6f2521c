package dev.gpupool.internal.select;

import java.util.ArrayList;
import java.util.List;

/**
 * An account with its workers: all of them are in its band.
 *
 * @param <W> the type of the owners of nodes
 */
public final class AccountNode<W> {
    private final String id;
    private final List<WorkerNode<W>> workers = new ArrayList<>(1);
    private long utilisationPpb;
    private long free = Long.MAX_VALUE;
    private long band;
    private long skippedIn = -1;

    AccountNode(String id) {
        this.id = id;
    }

    public String id() {
        return id;
    }

    /** (used + reserved) / allowance in billionths. */
    public long utilisationPpb() {
        return utilisationPpb;
    }

    /** Safe quota left in the present window, in milliseconds. */
    public long free() {
        return free;
    }

    public long band() {
        return band;
    }

    List<WorkerNode<W>> workers() {
        return workers;
    }

    void use(long ppb, long freeMillis) {
        utilisationPpb = ppb;
        free = freeMillis;
    }

    void band(long next) {
        band = next;
    }

    boolean skippedIn(long query) {
        return skippedIn == query;
    }

    void skipIn(long query) {
        skippedIn = query;
    }
}
