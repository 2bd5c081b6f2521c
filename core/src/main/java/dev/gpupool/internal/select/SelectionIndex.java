package dev.gpupool.internal.select;

import dev.gpupool.internal.util.Lookup;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The open claims in the order in which they are picked: lowest band of their account's utilisation first, then longest
 * not picked. Kept up to date: nothing is sorted when it is asked.
 *
 * <ol>
 *   <li>Every worker has a pick key. A pick takes the next sequence number, so the order is exact wherever a worker goes
 *       and whenever it comes back.
 *   <li>Newcomers have negative keys that come first and alternate between providers.
 *   <li>Each capability class keeps its open workers by band, then the quarter of an hour in which their sessions end,
 *       each in the order of the keys; a query compares the first ones, band by band, so its cost does not grow with the
 *       fleet.
 * </ol>
 *
 * <p>Not thread-safe: the caller holds the pool's lock.
 *
 * @param <W> the type of the owners of nodes
 */
public final class SelectionIndex<W> {
    private static final long WHOLE = 1_000_000_000;
    private static final long NEWCOMERS = Long.MIN_VALUE / 2;
    private static final long PROVIDERS = 1 << 20;

    private final long bandPpb;
    private final boolean onlySafe;
    private final Slots<W> slots = new Slots<>();
    private final Lookup<String, CapabilityClass<W>> bySignature = new Lookup<>();
    private final List<CapabilityClass<W>> classes = new ArrayList<>();
    private final Lookup<String, AccountNode<W>> accounts = new Lookup<>();
    private final List<String> providers = new ArrayList<>();
    private final TreeMap<String, Long> joined = new TreeMap<>();
    private int openCount;
    private long sequence;
    private long queries;

    /**
     * An empty index.
     *
     * @param bandPpb the width of a band in billionths of the allowance; 0 orders by exact utilisation, 1,000,000,000 or
     *     more by pick key alone
     */
    public SelectionIndex(long bandPpb) {
        this(bandPpb, false);
    }

    /**
     * An empty index.
     *
     * @param bandPpb as above
     * @param onlySafe whether workers of accounts with no safe quota left are no candidates, so that no query has to pass
     *     them; otherwise the test of each query judges them
     */
    public SelectionIndex(long bandPpb, boolean onlySafe) {
        if (bandPpb < 0) {
            throw new IllegalArgumentException("bandPpb must not be negative, but was " + bandPpb);
        }
        this.bandPpb = bandPpb;
        this.onlySafe = onlySafe;
    }

    /** The class of a signature, made when it is first asked for. */
    public CapabilityClass<W> capabilityClass(
            String signature, String provider, long allowanceMillis, long safeMillis) {
        CapabilityClass<W> known = bySignature.get(signature);
        if (known == null) {
            known = new CapabilityClass<>(slots, signature, provider, allowanceMillis, safeMillis, classes.size());
            bySignature.put(signature, known);
            classes.add(known);
        }
        return known;
    }

    /** In the order in which they were made. */
    public List<CapabilityClass<W>> classes() {
        return Collections.unmodifiableList(classes);
    }

    /** The account of an id, made when it is first asked for. */
    public AccountNode<W> account(String id) {
        AccountNode<W> known = accounts.get(id);
        if (known == null) {
            known = new AccountNode<>(id);
            accounts.put(id, known);
        }
        return known;
    }

    /** Tells how much an account has used; its open workers move to its new band. */
    public void utilisation(AccountNode<W> account, long utilisationPpb, long freeMillis) {
        boolean candidates = candidates(account);
        account.use(utilisationPpb, freeMillis);
        long band = bandOf(utilisationPpb);
        if (band == account.band() && candidates == candidates(account)) {
            return;
        }
        for (WorkerNode<W> node : account.workers()) {
            lift(node);
        }
        account.band(band);
        for (WorkerNode<W> node : account.workers()) {
            settle(node);
        }
    }

    /** The band of a utilisation; a lower one is picked first. */
    public long bandOf(long utilisationPpb) {
        return bandPpb >= WHOLE ? 0 : bandPpb == 0 ? utilisationPpb : utilisationPpb / bandPpb;
    }

    /** A worker that was never picked; closed at first. */
    public WorkerNode<W> add(W owner, CapabilityClass<W> cls, AccountNode<W> account) {
        WorkerNode<W> node = new WorkerNode<>(slots, owner, cls, account, newcomer(cls.provider()));
        account.workers().add(node);
        return node;
    }

    private long newcomer(String provider) {
        int place = providers.indexOf(provider);
        if (place < 0) {
            place = providers.size();
            providers.add(provider);
        }
        long rank = joined.merge(provider, 1L, Long::sum);
        return NEWCOMERS + rank * PROVIDERS + place;
    }

    /** Gives a worker the key that it had before a restart; later picks get larger ones. */
    public void restore(WorkerNode<W> node, long pickKey) {
        lift(node);
        slots.key[node.slot()] = pickKey;
        settle(node);
        sequence = Math.max(sequence, pickKey + 1);
    }

    public void remove(WorkerNode<W> node) {
        close(node);
        node.account().workers().remove(node);
        slots.remove(node.slot());
    }

    public void reclass(WorkerNode<W> node, CapabilityClass<W> cls) {
        lift(node);
        node.capabilityClass(cls);
        settle(node);
    }

    /** Makes a worker a candidate, or moves its end if it is one. */
    public void open(WorkerNode<W> node, long endMillis) {
        if (node.isOpen() && Band.bucket(endMillis) == Band.bucket(node.end())) {
            slots.end[node.slot()] = endMillis;
            return;
        }
        lift(node);
        slots.end[node.slot()] = endMillis;
        openCount += node.isOpen() ? 0 : 1;
        node.open(true);
        settle(node);
    }

    public void close(WorkerNode<W> node) {
        if (node.isOpen()) {
            lift(node);
            node.open(false);
            openCount--;
        }
    }

    /** The worker was picked: it goes to the end of the order. */
    public void picked(WorkerNode<W> node) {
        picked(node.slot());
    }

    private void picked(int slot) {
        Rotation<W> rotation = slots.rotation(slot);
        if (rotation == null) {
            slots.key[slot] = sequence++;
        } else {
            rotation.band().toEnd(slot, rotation, sequence++);
        }
    }

    private void lift(WorkerNode<W> node) {
        node.capabilityClass().take(node.slot());
    }

    private void settle(WorkerNode<W> node) {
        if (node.isOpen() && candidates(node.account())) {
            node.capabilityClass().put(node.slot(), node.account().band());
        }
    }

    /** Whether the open workers of an account are candidates. */
    private boolean candidates(AccountNode<W> account) {
        return !onlySafe || account.free() > 0;
    }

    /**
     * Picks the first candidate, whatever quota it has left: the short way, which touches nothing but the order.
     *
     * @param candidates the classes to look in
     * @param minEnd the end that its session must have at least
     * @return the owner of the worker, which has gone to the end of the order, or {@code null} if there is none
     */
    public @Nullable W pick(List<CapabilityClass<W>> candidates, long minEnd) {
        int slot = lowest(candidates, minEnd);
        if (slot < 0) {
            return null;
        }
        picked(slot);
        return slots.owner(slot);
    }

    /**
     * The first candidate that fits.
     *
     * @param candidates the classes to look in
     * @param minEnd the end that its session must have at least
     * @param needNow the quota that it must have left in the present window
     * @param test the last word
     */
    public @Nullable WorkerNode<W> first(
            List<CapabilityClass<W>> candidates,
            long minEnd,
            ToLongFunction<CapabilityClass<W>> needNow,
            FitTest<W> test) {
        int slot = lowest(candidates, minEnd);
        if (slot < 0) {
            return null;
        }
        WorkerNode<W> head = slots.node(slot);
        if (Walk.fits(head, minEnd, needNow, test, queries++)) {
            return head;
        }
        Iterator<WorkerNode<W>> walk = candidates(candidates, minEnd, needNow, test);
        return walk.hasNext() ? walk.next() : null;
    }

    /** The longest not picked of the lowest band, of those whose sessions last, or {@link Slots#NONE}. */
    private int lowest(List<CapabilityClass<W>> candidates, long minEnd) {
        Band<W> band = nextBand(candidates, null);
        while (band != null) {
            int head = candidates.size() == 1 ? band.first(minEnd) : head(candidates, band.number(), minEnd);
            if (head >= 0) {
                return head;
            }
            band = nextBand(candidates, band);
        }
        return Slots.NONE;
    }

    private int head(List<CapabilityClass<W>> candidates, long number, long minEnd) {
        int best = Slots.NONE;
        for (int i = 0; i < candidates.size(); i++) {
            Band<W> band = candidates.get(i).find(number);
            best = band == null ? best : slots.earlier(best, band.first(minEnd));
        }
        return best;
    }

    /** The lowest band above one, in any of the classes. */
    static <W> @Nullable Band<W> nextBand(List<CapabilityClass<W>> candidates, @Nullable Band<W> after) {
        Band<W> lowest = null;
        for (int i = 0; i < candidates.size(); i++) {
            CapabilityClass<W> cls = candidates.get(i);
            Band<W> band = after == null ? cls.lowest() : cls.above(after.number());
            lowest = band != null && (lowest == null || band.number() < lowest.number()) ? band : lowest;
        }
        return lowest;
    }

    /** All candidates that fit, lazily, in order; not valid after a change. */
    public Iterator<WorkerNode<W>> candidates(
            List<CapabilityClass<W>> candidates,
            long minEnd,
            ToLongFunction<CapabilityClass<W>> needNow,
            FitTest<W> test) {
        return new Walk<>(slots, candidates, minEnd, needNow, test, queries++);
    }

    /**
     * What the keys of later picks and newcomers depend on.
     *
     * @param sequence the key of the next pick
     * @param providers in the order in which they were first seen
     * @param joined how many newcomers each has had
     */
    public record Order(long sequence, List<String> providers, SortedMap<String, Long> joined) {}

    public Order order() {
        return new Order(sequence, List.copyOf(providers), new TreeMap<>(joined));
    }

    /** Goes on where another index stood. */
    public void restore(Order order) {
        sequence = order.sequence();
        providers.clear();
        providers.addAll(order.providers());
        joined.clear();
        joined.putAll(order.joined());
    }

    public int openCount() {
        return openCount;
    }

    public long nextSequence() {
        return sequence;
    }
}
