package dev.gpupool.internal.select;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The open workers that can take exactly the same jobs, by band, then end, then pick key.
 *
 * @param <W> the type of the owners of nodes
 */
public final class CapabilityClass<W> {
    private static final int FEW = 64;

    private final String signature;
    private final String provider;
    private final long allowance;
    private final long safe;
    private final int index;
    private final TreeMap<Long, Band<W>> bands = new TreeMap<>();
    private @Nullable Band<W> lowest;
    private int count;

    CapabilityClass(String signature, String provider, long allowance, long safe, int index) {
        this.signature = signature;
        this.provider = provider;
        this.allowance = allowance;
        this.safe = safe;
        this.index = index;
    }

    public String signature() {
        return signature;
    }

    public String provider() {
        return provider;
    }

    /** In milliseconds. */
    public long allowance() {
        return allowance;
    }

    /** In milliseconds. */
    public long safe() {
        return safe;
    }

    /** Its place among the classes of its index. */
    public int index() {
        return index;
    }

    void put(WorkerNode<W> node) {
        band(node.account().band()).insert(node);
        count++;
    }

    void take(WorkerNode<W> node) {
        Rotation<W> rotation = node.rotation();
        if (rotation != null) {
            rotation.band().delete(node, rotation);
            count--;
        }
    }

    private Band<W> band(long number) {
        Band<W> known = find(number);
        if (known != null) {
            return known;
        }
        if (bands.size() > FEW + 2 * count) {
            bands.values().removeIf(Band::isEmpty);
            lowest = bands.isEmpty() ? null : bands.firstEntry().getValue();
        }
        Band<W> made = new Band<>(number);
        bands.put(number, made);
        if (lowest == null || number < lowest.number()) {
            lowest = made;
        }
        return made;
    }

    @Nullable Band<W> find(long number) {
        return lowest != null && lowest.number() == number ? lowest : bands.get(number);
    }

    /** The lowest band with a worker; forgets empty ones below it. */
    @Nullable Band<W> lowest() {
        while (lowest != null && lowest.isEmpty()) {
            bands.remove(lowest.number());
            lowest = bands.isEmpty() ? null : bands.firstEntry().getValue();
        }
        return lowest;
    }

    /** The lowest band with a worker above one. */
    @Nullable Band<W> above(long number) {
        Map.Entry<Long, Band<W>> next = bands.higherEntry(number);
        while (next != null && next.getValue().isEmpty()) {
            next = bands.higherEntry(next.getKey());
        }
        return next == null ? null : next.getValue();
    }
}
