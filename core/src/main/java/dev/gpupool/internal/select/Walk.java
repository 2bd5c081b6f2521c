package dev.gpupool.internal.select;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The candidates of some classes: band by band from the lowest, within a band by pick key, those that do not fit left
 * out.
 */
final class Walk<W> implements Iterator<WorkerNode<W>> {
    private final Slots<W> slots;
    private final List<CapabilityClass<W>> classes;
    private final long minEnd;
    private final ToLongFunction<CapabilityClass<W>> needNow;
    private final FitTest<W> test;
    private final long query;
    private final List<Rotation<W>.Cursor> heads = new ArrayList<>();
    private @Nullable Band<W> band;
    private boolean over;
    private @Nullable WorkerNode<W> next;

    Walk(
            Slots<W> slots,
            List<CapabilityClass<W>> classes,
            long minEnd,
            ToLongFunction<CapabilityClass<W>> needNow,
            FitTest<W> test,
            long query) {
        this.slots = slots;
        this.classes = classes;
        this.minEnd = minEnd;
        this.needNow = needNow;
        this.test = test;
        this.query = query;
        next = find();
    }

    @Override
    public boolean hasNext() {
        return next != null;
    }

    @Override
    public WorkerNode<W> next() {
        WorkerNode<W> node = next;
        if (node == null) {
            throw new NoSuchElementException();
        }
        next = find();
        return node;
    }

    private @Nullable WorkerNode<W> find() {
        while (true) {
            Rotation<W>.Cursor head = first();
            if (head == null) {
                if (!nextBand()) {
                    return null;
                }
                continue;
            }
            WorkerNode<W> node = slots.node(head.next());
            if (fits(node, minEnd, needNow, test, query)) {
                return node;
            }
        }
    }

    private Rotation<W>.@Nullable Cursor first() {
        Rotation<W>.Cursor best = null;
        int earliest = Slots.NONE;
        for (Rotation<W>.Cursor head : heads) {
            int slot = head.peek();
            if (slot >= 0 && (earliest < 0 || slots.isBefore(slot, earliest))) {
                best = head;
                earliest = slot;
            }
        }
        return best;
    }

    private boolean nextBand() {
        band = over ? null : SelectionIndex.nextBand(classes, band);
        heads.clear();
        if (band == null) {
            over = true;
            return false;
        }
        for (CapabilityClass<W> cls : classes) {
            Band<W> part = cls.find(band.number());
            if (part != null) {
                addHeads(part);
            }
        }
        return true;
    }

    private void addHeads(Band<W> part) {
        for (int place = 0; place < part.size(); place++) {
            Rotation<W> rotation = part.rotation(place);
            if (rotation.bucket() >= Band.bucket(minEnd)) {
                heads.add(rotation.cursor());
            }
        }
    }

    static <W> boolean fits(
            WorkerNode<W> node, long minEnd, ToLongFunction<CapabilityClass<W>> needNow, FitTest<W> test, long query) {
        AccountNode<W> account = node.account();
        if (node.end() < minEnd
                || account.skippedIn(query)
                || account.free() < needNow.applyAsLong(node.capabilityClass())) {
            return false;
        }
        Fit fit = test.test(node);
        if (fit == Fit.SKIP_ACCOUNT) {
            account.skipIn(query);
        }
        return fit == Fit.FITS;
    }
}
