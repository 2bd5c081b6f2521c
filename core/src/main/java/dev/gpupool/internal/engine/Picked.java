package dev.gpupool.internal.engine;

import dev.gpupool.quota.Selection;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A selection that reserved nothing: where it fell, the number of the pick, and when.
 *
 * <p>The spot is a plain object until it is asked for: a cast would look at it, and with a hundred thousand workers that
 * is a cache miss, which costs as much as the pick.
 */
final class Picked implements Selection {
    private final Object spot;
    private final long number;
    private final long atMillis;

    /**
     * A selection.
     *
     * @param spot the {@link Spot}
     */
    Picked(Object spot, long number, long atMillis) {
        this.spot = spot;
        this.number = number;
        this.atMillis = atMillis;
    }

    private Spot spot() {
        return (Spot) spot;
    }

    /** The number, shuffled one to one so that ids do not tell it: no two picks of a pool have the same. */
    @Override
    public String id() {
        long mixed = spot().salt() + number * 0x9e3779b97f4a7c15L;
        mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return "y" + Long.toUnsignedString(mixed ^ (mixed >>> 31), Character.MAX_RADIX);
    }

    @Override
    public String worker() {
        return spot().worker();
    }

    @Override
    public String provider() {
        return spot().provider();
    }

    @Override
    public String account() {
        return spot().account();
    }

    @Override
    public String sessionId() {
        return spot().sessionId();
    }

    @Override
    public Instant selectedAt() {
        return Instant.ofEpochMilli(atMillis);
    }

    @Override
    public boolean reserved() {
        return false;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof Picked picked
                        && number == picked.number
                        && spot().salt() == picked.spot().salt());
    }

    @Override
    public int hashCode() {
        return Long.hashCode(spot().salt() + number);
    }

    @Override
    public String toString() {
        return "selection " + id() + " of " + worker();
    }
}
