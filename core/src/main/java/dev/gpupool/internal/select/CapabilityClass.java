package dev.gpupool.internal.select;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The open workers that can take exactly the same jobs, by band, then end, then pick key.
 *
 * <p>Bands below 64 are there for good, once they were needed, and a bit each tells which have workers: with bands of 5
 * points that is all up to 320 % of an allowance. Those above, and nearly all when bands are exact, come and go.
 *
 * @param <W> the type of the owners of nodes
 */
public final class CapabilityClass<W> {
    private final Slots<W> slots;
    private final String signature;
    private final String provider;
    private final long allowance;
    private final long safe;
    private final int index;

    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type cannot be made otherwise
    private final @Nullable Band<W>[] low = new Band[Long.SIZE];

    private final TreeMap<Long, Band<W>> high = new TreeMap<>();
    private long occupied;

    CapabilityClass(Slots<W> slots, String signature, String provider, long allowance, long safe, int index) {
        this.slots = slots;
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

    void put(int slot, long number) {
        Band<W> known = number < Long.SIZE ? low[(int) number] : high.get(number);
        Band<W> band = known == null ? make(number) : known;
        band.insert(slot);
        if (number < Long.SIZE) {
            occupied |= 1L << number;
        }
    }

    private Band<W> make(long number) {
        Band<W> made = new Band<>(slots, number);
        if (number < Long.SIZE) {
            low[(int) number] = made;
        } else {
            high.put(number, made);
        }
        return made;
    }

    void take(int slot) {
        Rotation<W> rotation = slots.rotation(slot);
        if (rotation == null) {
            return;
        }
        Band<W> band = rotation.band();
        band.delete(slot, rotation);
        if (!band.isEmpty()) {
            return;
        }
        if (band.number() < Long.SIZE) {
            occupied &= ~(1L << band.number());
        } else {
            high.remove(band.number());
        }
    }

    /** A band with a worker. */
    @Nullable Band<W> find(long number) {
        if (number < Long.SIZE) {
            return (occupied >>> number & 1) == 0 ? null : low[(int) number];
        }
        return high.isEmpty() ? null : high.get(number);
    }

    /** The lowest band with a worker. */
    @Nullable Band<W> lowest() {
        if (occupied != 0) {
            return low[Long.numberOfTrailingZeros(occupied)];
        }
        return high.isEmpty() ? null : high.firstEntry().getValue();
    }

    /** The lowest band with a worker above one. */
    @Nullable Band<W> above(long number) {
        long left = number >= Long.SIZE - 1 ? 0 : occupied & (-1L << (number + 1));
        if (left != 0) {
            return low[Long.numberOfTrailingZeros(left)];
        }
        Map.Entry<Long, Band<W>> next = high.isEmpty() ? null : high.higherEntry(number);
        return next == null ? null : next.getValue();
    }
}
